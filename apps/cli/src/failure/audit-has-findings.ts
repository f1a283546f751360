/** An audit ran, found something and has printed it: the exit code says so, too. */
export class AuditHasFindings extends Error {
  override readonly name = 'AuditHasFindings';
}
