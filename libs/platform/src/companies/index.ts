/** Tenants: their secrets and their keys, for whoever administers or serves them. */
export { createApiKey, listApiKeys, revokeApiKey, type CreatedApiKey, type ListedApiKey } from './api-keys.js';
export { CompanySecrets, type DigestedCall, type KeyedCall } from './company-secrets.js';
export { holdKeysInUse, MissingKeyError } from './keys-in-use.js';
export { keysFitCompanies, openCompany, type NewCompany, type OpenedCompany } from './open-company.js';
