import { z } from 'zod';
import { idInAddress } from '../../http/fields.js';

export const redemptionParams = z.object({ redemptionId: idInAddress });
export type RedemptionParams = z.output<typeof redemptionParams>;
