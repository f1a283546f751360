import { ApiError } from '../../../http/api-error.js';

/** @throws ApiError CHECKOUT_ID_REQUIRED */
export function checkoutIdOf({ CheckoutId }: { readonly CheckoutId?: string | undefined }): string {
  if (CheckoutId !== undefined) return CheckoutId;
  throw new ApiError('CHECKOUT_ID_REQUIRED', 'Send the CheckoutId of the checkout.');
}
