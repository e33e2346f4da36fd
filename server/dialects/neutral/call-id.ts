import { createHash } from 'node:crypto';

/** An id with other characters as one without: the same for the same id, and another for another. At most 64 characters. */
export function plainId(id: string): string {
  const sum = createHash('sha256').update(id).digest('hex').slice(0, 12);
  return `${id.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 51)}_${sum}`;
}
