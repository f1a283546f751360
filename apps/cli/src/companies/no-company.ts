import { CliFailure } from '../failure/cli-failure.js';

export function noCompany(id: number): CliFailure {
  return new CliFailure(`There is no company ${id}: see "npm run holdfast -- companies list".`);
}
