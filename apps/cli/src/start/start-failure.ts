/** The start can't go on. The message is one line for a person and says what to do. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}
