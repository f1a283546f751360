/** 1–256 characters that can be printed; half surrogates, NUL and line breaks are not. */
export const VOUCHER_CODE = /^[^\p{C}\p{Zl}\p{Zp}]{1,256}$/u;

/** A provider's own name for a voucher: 1–255 characters that can be printed. */
export const EXTERNAL_ID = /^[^\p{C}\p{Zl}\p{Zp}]{1,255}$/u;
