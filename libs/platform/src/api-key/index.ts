export { adminKeyMatches, generateAdminKey } from './admin-key.js';
export {
  API_KEY_SCOPES,
  apiKeyMatches,
  generateApiKey,
  hashApiKey,
  isApiKeyScope,
  parseApiKey,
  type ApiKeyScope,
  type ParsedApiKey,
} from './api-key.js';
