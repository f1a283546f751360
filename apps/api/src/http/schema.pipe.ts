import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { invalid } from './api-error.js';

const ISSUES_MAX = 10;
const MESSAGE_MAX = 200;

/**
 * Checks every body, query and parameter that names a schema, once and synchronously. Nest's own pipe would also take keys called
 * `prototype` out of a caller's metadata without a word; keys that do harm are refused before this.
 */
export class SchemaPipe implements PipeTransform {
  transform(value: unknown, { schema }: ArgumentMetadata): unknown {
    if (schema === undefined) return value;
    // A request without a body stands for an empty object: whatever is required is then missed by name.
    const result = (schema as z.ZodType).safeParse(value ?? {});
    if (result.success) return result.data;
    throw invalid(describeIssues(result.error.issues));
  }
}

/** Never repeats a value: it may be a secret. */
function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  const messages = issues.slice(0, ISSUES_MAX).map(({ path, message }) => {
    const place = path.map(String).join('.');
    return (place === '' ? message : `${place}: ${message}`).slice(0, MESSAGE_MAX);
  });
  return messages.join('; ');
}
