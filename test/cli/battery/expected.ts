import type { Entry } from './entries.ts';

/** What must come out of a command: success, or a failure. `either` is for what depends on who is faster. */
export type Expected = { ok: true } | Failure | { either: readonly ({ ok: true } | Failure)[] };

export interface Failure {
  /** `error.code`: this one, or one of these. */
  code: string | readonly string[];
  exit: number;
  /** More facts of the failure line that must be so. */
  facts?: Readonly<Record<string, unknown>>;
  /** What the failure line must name: a flag. */
  names?: string;
}

export const OK = { ok: true } as const;

/** The failure, for those that need the server; others do not notice. */
export function ifAsked(entry: Entry, failure: Failure): Expected {
  return entry.contact === 'server' ? failure : OK;
}

/** Without any credential. */
export function withoutCredential(entry: Entry): Expected {
  if (entry.auth === 'none') return OK;
  return (
    entry.except?.['no credential'] ?? {
      code: entry.auth === 'login' ? 'not_logged_in' : ['not_logged_in', 'no_api_key'],
      exit: 1,
      facts: { http_status: null },
    }
  );
}
