/** The schema can't be brought to where it should be. The message tells a person what failed and what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}
