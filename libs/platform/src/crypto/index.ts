export { SealBrokenError } from './aes-gcm.js';
export {
  makeCompanySecret,
  openSecret,
  readSealedSecret,
  sealSecret,
  writeSealedSecret,
  type SealedSecret,
} from './company-secret.js';
export { commandDigest, keyDigest, makeSalt, saltedDigest, sha256 } from './digest.js';
export { deriveVoucherCode, generateVoucherCode, hasValidCheckCharacter } from './generated-code.js';
export { KeyRing, KeyRingError } from './key-ring.js';
export { takeRandom } from './random.js';
export { PublicKey, SigningKey, SigningKeyError } from './signing-key.js';
export { openText, sealText, type TextOwner } from './sealed-text.js';
export { VoucherCodes, type LookupDigest, type SealedCode } from './voucher-codes.js';
