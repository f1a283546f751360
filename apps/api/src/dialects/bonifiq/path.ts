/** Where BonifiQ's private calls live (dialects.md §3). */
export const BONIFIQ = 'v1/pvt';
export const BONIFIQ_TAG = 'BonifiQ';
