/** A bug of ours: something the code relies on does not hold. It stops the job; it is never an answer to a caller. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** Throws `InvariantViolation` unless `condition` holds. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message);
}
