import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { RequestFacts } from '../dialects/neutral.ts';

/** Headers that go on to providers and change what they answer. */
const HEADERS = ['anthropic-version', 'anthropic-beta', 'openai-beta'] as const;

/** All that an answer depends on, besides what is different for each key. */
export interface Asked {
  projectId: string;
  /** Its path says what is called, and for Gemini which model; what else stands there (a key) does not matter. */
  url: string;
  facts: Pick<RequestFacts, 'jsonArray' | 'previousResponseId'>;
  headers: IncomingHttpHeaders;
  /** The body as it came, with what it refers to in place of references. */
  bytes: Buffer;
}

/** By which the answer to a request is found again: SHA-256, base64url. Only the same bytes have the same. */
export function digestOf({ projectId, url, facts, headers, bytes }: Asked): string {
  const { jsonArray = false, previousResponseId = null } = facts;
  const path = url.split('?', 1)[0];
  const named = HEADERS.map((name) => headers[name] ?? null);
  return createHash('sha256')
    .update(JSON.stringify([projectId, path, jsonArray, previousResponseId, ...named]))
    .update(bytes)
    .digest('base64url');
}
