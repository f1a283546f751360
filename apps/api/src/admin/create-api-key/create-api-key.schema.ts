import { z } from 'zod';
import { API_KEY_SCOPES } from '#platform';
import { shortText } from '../../http/fields.js';

export const apiKeyBody = z.strictObject({
  name: shortText,
  scopes: z.array(z.enum(API_KEY_SCOPES)).min(1).max(API_KEY_SCOPES.length),
});
export type ApiKeyBody = z.output<typeof apiKeyBody>;

export const apiKeySchema = z
  .object({
    data: z.object({
      id: z.uuid(),
      apiKey: z.string().meta({ description: 'Shown this once.' }),
      name: z.string(),
      scopes: z.array(z.string()),
    }),
  })
  .meta({ id: 'ApiKeyAnswer' });
export type ApiKeyAnswer = z.output<typeof apiKeySchema>;
