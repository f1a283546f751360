/** The command can't run. The message is one line for a person and says what to do. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
}
