import { z } from 'zod';
import { notFound } from '../http/api-error.js';

export const ADMIN = 'admin/v1';
export const ADMIN_TAG = 'Administration';

const INT4_MAX = 2 ** 31 - 1;

/** A company's id in an address. One that can't be is not there, like any other that isn't. */
export const companyId = z
  .string()
  .transform((text) => {
    const id = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(id <= INT4_MAX)) throw notFound();
    return id;
  })
  .meta({ type: 'integer', minimum: 1 });

export const companyParams = z.object({ id: companyId });
export type CompanyParams = z.output<typeof companyParams>;
