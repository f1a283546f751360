/** Where Yotpo's loyalty calls live (dialects.md §2). */
export const YOTPO = 'api/v2';
export const YOTPO_TAG = 'Yotpo';
