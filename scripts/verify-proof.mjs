// Verifies a redemption's proof with nothing of Holdfast's code: node verify-proof.mjs proof.json <public key>. It needs this
// file, Node.js, the proof, and the public key from somewhere you trust: 32 bytes in base64 or hexadecimal.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const hex = (text) => Buffer.from(text, 'hex');

class Refused extends Error {}

function check(holds, otherwise) {
  if (!holds) throw new Refused(otherwise);
}

/** The checkpoint's body, once its signature holds. */
function signedBody({ body, signature }, publicKeyText) {
  const bytes = Buffer.from(publicKeyText, /^[0-9a-fA-F]{64}$/.test(publicKeyText) ? 'hex' : 'base64');
  check(bytes.length === 32, 'the public key is not 32 bytes in base64 or hexadecimal');
  const der = Buffer.concat([hex('302a300506032b6570032100'), bytes]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const valid = verify(null, Buffer.from(body), key, Buffer.from(signature, 'base64'));
  check(valid, 'the checkpoint is not signed by this key');
  return JSON.parse(body);
}

/** Each event's hash is SHA-256(hash before ‖ its bytes); the last one's is the head's. */
function checkEvents({ companyId, walletId, redemptionId, previousHash, events, head }) {
  let hash = hex(previousHash);
  let version = BigInt(head.version) - BigInt(events.length);
  const story = [];
  for (const bytes of events) {
    hash = sha256(hash, bytes);
    const event = JSON.parse(bytes);
    version += 1n;
    check(event.companyId === companyId && event.walletId === walletId, 'an event is of another wallet');
    check(event.version === String(version), `where version ${version} ought to be stands version ${event.version}`);
    if (event.data.redemptionId === redemptionId) story.push(event);
  }
  check(hash.toString('hex') === head.hash, 'the events do not lead to the hash of the head');
  check(story[0]?.type === 'RedemptionRequested', 'the proof does not hold the request of this redemption');
  return story;
}

/** Leaf: SHA-256(00 ‖ text). Node: SHA-256(01 ‖ left ‖ right). */
function rootOf({ companyId, walletId, head, path }) {
  const leaf = sha256(Buffer.of(0), `${companyId}:${walletId}:${head.version}:${head.hash}`);
  return path.reduce((below, { side, hash }) => {
    check(side === 'left' || side === 'right', 'a step of the path has no side');
    return side === 'left' ? sha256(Buffer.of(1), hex(hash), below) : sha256(Buffer.of(1), below, hex(hash));
  }, leaf);
}

function main([file, publicKey]) {
  if (file === undefined || publicKey === undefined) {
    throw new Refused('usage: node verify-proof.mjs <proof.json> <public key>');
  }
  const read = JSON.parse(readFileSync(file, 'utf8'));
  const proof = read.data ?? read;
  check(proof.format === 'holdfast-proof/1', 'this is no proof of a format that is known here');
  const body = signedBody(proof.checkpoint, publicKey);
  const story = checkEvents(proof);
  check(rootOf(proof).toString('hex') === body.root, 'the path does not lead to the root that was signed');
  console.log(`Valid: redemption ${proof.redemptionId} of company ${proof.companyId}`);
  console.log(`stands in checkpoint ${body.id}, sealed at ${body.sealedAt}, root ${body.root}:`);
  for (const { occurredAt, type, balances } of story) {
    console.log(`  ${occurredAt}  ${type.padEnd(20)}  available ${balances.available}, reserved ${balances.reserved}`);
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(
    error instanceof Refused ? `Not valid: ${error.message}.` : `Not valid: it can't be read (${error.message}).`,
  );
  process.exitCode = 1;
}
