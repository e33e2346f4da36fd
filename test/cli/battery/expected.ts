import type { Entry } from './entries.ts';

/** What must come out of a command. */
export type Expected = One | { either: readonly One[] };

/**
 * Success; a report on stdout that says what is wrong, with this exit code; nothing on stdout, and whatever it
 * says on stderr (with this exit code, if one is named); or a failure.
 */
type One = { ok: true } | { reports: number } | { silent: true; exit?: number } | Failure;

/** A failure: its line on stderr, and its exit code. */
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
  if (entry.contact === 'reports') return { reports: 1 };
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
