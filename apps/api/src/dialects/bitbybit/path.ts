/** Where bitbybit's loyalty calls live (dialects.md §1), and ours of the same manner. */
export const LOYALTY = 'customer/api/open/v1/loyalty';
export const TAG = 'Loyalty';
