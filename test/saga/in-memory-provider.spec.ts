import { voucherProviderContract } from '../contract-suites/voucher-provider.contract.js';
import { InMemoryProvider } from './in-memory-provider.js';

voucherProviderContract('in-memory', () => {
  const provider = new InMemoryProvider();
  return {
    provider,
    use: (key) => provider.use(key),
    usableCode: (key) => provider.usableCode(key),
  };
});
