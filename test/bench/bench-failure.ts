/** The benchmark can't go on. The message is one line for a person and says what to do. */
export class BenchFailure extends Error {
  override readonly name = 'BenchFailure';
}
