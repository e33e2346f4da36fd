import { GatewayError } from '../../shared/errors.ts';

/** Which SDKs the variables are for. `gateway` is our own CLI and server. */
export const FAMILIES = ['openai', 'anthropic', 'gemini', 'gateway'] as const;
export type Family = (typeof FAMILIES)[number];

/** Names and values, in the order they are written. */
export type Variables = Record<string, string>;

export interface Access {
  /** The server's address; a trailing slash or `/v1` does no harm. */
  apiUrl: string;
  /** The raw API key. */
  key: string;
}

/** Readers of `.env` agree on these characters alone: no quote, `#`, `$`, backslash or blank is ever needed. */
const SAFE = /^[A-Za-z0-9_./:-]+$/;

type Row = readonly [name: string, value: (access: Access) => string];
const key = (access: Access) => access.key;
const url = (access: Access) => access.apiUrl;

const ROWS: Record<Family, readonly Row[]> = {
  openai: [
    ['OPENAI_API_KEY', key],
    ['OPENAI_BASE_URL', (access) => `${access.apiUrl}/v1`],
  ],
  // Claude Code and Anthropic's SDKs add /v1 themselves. They send ANTHROPIC_AUTH_TOKEN as `Authorization` and
  // ANTHROPIC_API_KEY as `x-api-key`; many other tools read the second alone. Both are set: if only the first were, a
  // personal ANTHROPIC_API_KEY left in the shell would travel to this server as well.
  anthropic: [
    ['ANTHROPIC_API_KEY', key],
    ['ANTHROPIC_AUTH_TOKEN', key],
    ['ANTHROPIC_BASE_URL', url],
  ],
  gemini: [
    ['GEMINI_API_KEY', key],
    ['GOOGLE_GEMINI_BASE_URL', url],
  ],
  gateway: [
    ['GATEWAY_API_KEY', key],
    ['GATEWAY_API_URL', url],
  ],
};

/**
 * The variables that point the SDKs of these families at the gateway. A value that some `.env` reader would need quotes
 * for is refused with `usage`; the message never holds the value of a key.
 */
export function variablesFor(access: Access, families: readonly Family[]): Variables {
  const trimmed = { apiUrl: access.apiUrl.replace(/\/+$/, '').replace(/\/v1$/, ''), key: access.key };
  if (!SAFE.test(trimmed.apiUrl)) {
    throw new GatewayError(
      'usage',
      `The address ${JSON.stringify(access.apiUrl)} cannot be written to an env file: only letters, digits and _ . / : - are read the same by every tool.`,
      {
        param: '--api-url',
        hint: 'Give the server an address of these characters, without user name, query or port name.',
      },
    );
  }
  if (!SAFE.test(trimmed.key)) {
    throw new GatewayError(
      'usage',
      'This API key cannot be written to an env file: it is empty or holds characters other than letters, digits and _ . / : -.',
      {
        hint: 'Check that the whole key was copied, and nothing but the key.',
      },
    );
  }
  return Object.fromEntries(families.flatMap((family) => ROWS[family]).map(([name, value]) => [name, value(trimmed)]));
}

/** The families whose address in `read` is this gateway's: whoever wrote them there wants them right. `openai` when there is none. */
export function familiesIn(read: Variables, apiUrl: string): Family[] {
  const found = FAMILIES.filter((family) => {
    const [name] = ROWS[family].find(([name]) => name.endsWith('_URL'))!;
    return Object.hasOwn(read, name) && (family === 'openai' || read[name]!.replace(/\/+$/, '') === apiUrl);
  });
  return found.length > 0 ? found : ['openai'];
}

/** `openai,anthropic` → families, each once. An unknown name is a `usage` error that lists the known ones. */
export function parseFamilies(list: string): Family[] {
  const names = list.split(',').map((name) => name.trim().toLowerCase());
  const unknown = names.find((name) => !(FAMILIES as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new GatewayError('usage', `--for does not know ${JSON.stringify(unknown)}.`, {
      param: '--for',
      hint: `Choose from ${FAMILIES.join(', ')}, separated by commas.`,
    });
  }
  return [...new Set(names)] as Family[];
}

/** A value as it may be shown: addresses in full, keys by their first ten characters. */
export function masked(name: string, value: string): string {
  if (name.endsWith('_URL') && SAFE.test(value)) return value;
  return value.length > 20 ? `${value.slice(0, 10)}…` : '…';
}
