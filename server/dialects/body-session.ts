import { findMember, memberValue, type Scan, valueKind } from './json-scan.ts';
import { isObject } from './lossless.ts';

/** Nothing that names a session is longer; what is, is not looked at. */
const LONGEST_BYTES = 4096;
/** Claude Code's older way: `user_<hash>_account_<uuid or nothing>_session_<uuid>`. */
const IN_USER_ID = /^user_.*_session_([\da-f-]{36})$/i;

/** The session that an OpenAI body tells of: what shares a prompt cache belongs together, else what one user asks. */
export function sessionInOpenAi(scan: Scan): string | undefined {
  return shortText(scan, 'prompt_cache_key') ?? shortText(scan, 'user');
}

/** The session that a Messages body tells of, in `metadata.user_id`: Claude Code puts it there, in either of two ways. */
export function sessionInMessages(scan: Scan): string | undefined {
  const metadata = shortValue(scan, 'metadata', '{');
  const user = isObject(metadata) ? metadata.user_id : undefined;
  if (typeof user !== 'string' || user === '') return undefined;
  return sessionInJson(user) ?? IN_USER_ID.exec(user)?.[1] ?? user;
}

function sessionInJson(user: string): string | undefined {
  if (!user.startsWith('{')) return undefined;
  try {
    const session = (JSON.parse(user) as { session_id?: unknown }).session_id;
    return typeof session === 'string' && session !== '' ? session : undefined;
  } catch {
    return undefined;
  }
}

function shortText(scan: Scan, key: string): string | undefined {
  const value = shortValue(scan, key, '"');
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function shortValue(scan: Scan, key: string, kind: string): unknown {
  const member = findMember(scan, key);
  if (!member || member.valueEnd - member.valueStart > LONGEST_BYTES || valueKind(scan, member) !== kind)
    return undefined;
  return memberValue(scan, key);
}
