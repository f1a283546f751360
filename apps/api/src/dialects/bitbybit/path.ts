/** Where bitbybit's loyalty calls live (dialects.md §1), and ours of the same manner. */
export const LOYALTY = 'customer/api/open/v1/loyalty';
export const TAG = 'Loyalty';
/** Where its catalogue lives: same host and header, another prefix. */
export const LOYALTY_CATALOGUE = 'bitlogin/api/open/v1/loyalty';
