import { GatewayError } from '../../shared/errors.ts';
import { parseUsd } from '../../shared/money.ts';

/** One variable of the server's configuration that `init` writes, as `server/config.ts` reads it. */
export interface Setting {
  name: string;
  flag: string;
  question: string;
  /** What the wizard offers; an empty one leaves the variable out. */
  fallback: string;
  /** Not shown, and never given as a flag's value. */
  secret?: true;
  /** What it must be; undefined when it is. */
  fault: (text: string) => string | undefined;
}

const match = (pattern: RegExp, must: string) => (text: string) => (pattern.test(text) ? undefined : must);
const address = (protocols: readonly string[]) => (text: string) =>
  URL.canParse(text) && protocols.includes(new URL(text).protocol)
    ? undefined
    : `must be an address that starts with ${protocols.map((each) => `${each}//`).join(' or ')}`;

/** In the order of the wizard. */
export const SETTINGS: readonly Setting[] = [
  {
    name: 'GATEWAY_HOST',
    flag: '--host',
    question: 'Address to listen on (0.0.0.0 lets other machines in)',
    fallback: '127.0.0.1',
    fault: match(/^[A-Za-z0-9.:_-]+$/, 'must be an address or a name'),
  },
  {
    name: 'GATEWAY_PORT',
    flag: '--port',
    question: 'Port',
    fallback: '8787',
    fault: (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? undefined : 'must be a port from 0 to 65535'),
  },
  {
    name: 'GATEWAY_PUBLIC_URL',
    flag: '--public-url',
    question: 'Address that people reach it by (empty: the one it listens on)',
    fallback: '',
    fault: address(['http:', 'https:']),
  },
  {
    name: 'DATABASE_URL',
    flag: '--database-url',
    question: 'Address of a Postgres database (empty: the embedded one)',
    fallback: '',
    secret: true,
    fault: address(['postgres:', 'postgresql:']),
  },
  {
    name: 'GATEWAY_DATA_DIR',
    flag: '--data-dir',
    question: 'Folder of its data (empty: ~/.gateway/server)',
    fallback: '',
    fault: match(/^[^\n]+$/, 'must be a folder'),
  },
  {
    name: 'GATEWAY_BOOTSTRAP_CREDIT_USD',
    flag: '--credit-usd',
    question: 'Opening credit in USD, on an empty database',
    fallback: '5',
    fault: (text) => ((parseUsd(text) ?? -1n) >= 0n ? undefined : 'must be an amount in USD such as 5 or 12.50'),
  },
  {
    name: 'GATEWAY_BOOTSTRAP_KEY',
    flag: '--bootstrap-key',
    question: '',
    fallback: '',
    secret: true,
    fault: match(/^sk-gw-[\x21-\x7e]{24,200}$/, 'must start with sk-gw- and have at least 24 more characters'),
  },
];

/** The providers that the wizard asks about; others are given as flags. */
export const USUAL_PROVIDERS = ['openai', 'anthropic', 'google-ai-studio'] as const;

/** `LLM_GOOGLE_AI_STUDIO_API_KEY` for `google-ai-studio`. */
export function providerVariable(provider: string, what: 'API_KEY' | 'BASE_URL'): string {
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(provider)) return `LLM_${provider.toUpperCase().replaceAll('-', '_')}_${what}`;
  const flag = what === 'API_KEY' ? '--provider-key' : '--provider-url';
  throw new GatewayError('usage', `${flag}: "${provider}" is no provider's name.`, {
    param: flag,
    hint: 'Write it in small letters, such as openai, anthropic or google-ai-studio.',
  });
}

/** One or more provider keys, separated by commas. */
export const keyFault = match(/^[\x21-\x7e]+$/, 'must be a key without blanks, or several with commas between');
export const urlFault = address(['http:', 'https:']);

/** Throws `usage` for a value that the server would not take, or that readers of env files would read differently. */
export function refuse(flag: string, text: string, fault: (text: string) => string | undefined): string {
  const must = fault(text) ?? (/^[\x20-\x7e]*$/.test(text) && !text.includes("'") ? undefined : ODD);
  if (must === undefined) return text;
  throw new GatewayError('usage', `${flag} ${must}.`, { param: flag });
}

const ODD = "must be plain ASCII without ', as tools read env files differently otherwise";
