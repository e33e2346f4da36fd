import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse as parseDotenv } from 'dotenv';
import { z } from 'zod';
import { GatewayError } from '../shared/errors.ts';
import { parseUsd } from '../shared/money.ts';
import { type FreeLimits, parseAllowance } from './policy/limits/free.ts';
import * as known from './providers/index.ts';

const url = (protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    );
const httpUrl = url(['http:', 'https:']).transform((text) => text.replace(/\/+$/, ''));

/** The limit of an organisation's requests to free models. */
const freeRequests = (usual: string) =>
  z
    .string()
    .refine((text) => parseAllowance(text) !== undefined, 'must be requests and a time such as 5/10m or 20/1m, or off')
    .default(usual)
    .transform((text) => parseAllowance(text)!);

const schema = z.object({
  GATEWAY_HOST: z.string().min(1).default('127.0.0.1'),
  GATEWAY_PORT: z.coerce
    .number('must be a port from 0 to 65535')
    .int()
    .min(0)
    .max(65535, 'must be a port from 0 to 65535')
    .default(8787),
  GATEWAY_PUBLIC_URL: httpUrl.optional(),
  GATEWAY_DATA_DIR: z
    .string()
    .min(1)
    .default(join(homedir(), '.gateway', 'server')),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  REDIS_URL: url(['redis:', 'rediss:']).optional(),
  GATEWAY_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters, for example from `openssl rand -hex 32`')
    .optional(),
  GATEWAY_OIDC_ISSUER: httpUrl.optional(),
  GATEWAY_OIDC_CLIENT_ID: z.string().min(1).optional(),
  GATEWAY_OIDC_AUDIENCE: z.string().min(1).optional(),
  GATEWAY_OIDC_SCOPES: z.string().min(1).optional(),
  GATEWAY_BOOTSTRAP_KEY: z
    .string()
    .regex(/^sk-gw-[\x21-\x7e]{24,200}$/, 'must start with sk-gw- and have at least 24 more characters without spaces')
    .optional(),
  GATEWAY_BOOTSTRAP_CREDIT_USD: z
    .string()
    .refine((text) => (parseUsd(text) ?? -1n) >= 0n, 'must be an amount in USD such as 5 or 12.50')
    .default('0')
    .transform((text) => parseUsd(text)!),
  SMTP_URL: url(['smtp:', 'smtps:']).optional(),
  GATEWAY_MAIL_FROM: z.string().min(3).optional(),
  GATEWAY_MAX_BODY_BYTES: z.coerce
    .number('must be a number of bytes, at least 1024')
    .int('must be a number of bytes, at least 1024')
    .min(1024, 'must be a number of bytes, at least 1024')
    .default(32 * 1024 * 1024),
  GATEWAY_TRUST_PROXY: z.coerce
    .number('must be how many proxies to believe, such as 1')
    .int()
    .min(0)
    .max(10)
    .default(0),
  GATEWAY_CATALOG_URL: httpUrl.default('https://models.dev/api.json'),
  GATEWAY_CATALOG_REFRESH_HOURS: z.coerce
    .number('must be hours from 0 (never) to 720')
    .min(0, 'must be hours from 0 (never) to 720')
    .max(720, 'must be hours from 0 (never) to 720')
    .default(24),
  GATEWAY_RESPONSE_CACHE_MB: z.coerce
    .number('must be MiB from 1 to 65536')
    .int('must be MiB from 1 to 65536')
    .min(1, 'must be MiB from 1 to 65536')
    .max(65536, 'must be MiB from 1 to 65536')
    .default(64),
  GATEWAY_FREE_REQUESTS: freeRequests('5/10m'),
  GATEWAY_FREE_REQUESTS_AFTER_PURCHASE: freeRequests('20/1m'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

/** One upstream's credentials, as configured: `LLM_<PROVIDER>_API_KEY`, `…_BASE_URL` and what else the provider takes. */
export interface ProviderCredential {
  apiKeys: readonly string[];
  baseUrl: string | undefined;
  /** `LLM_AZURE_API_VERSION` is `api_version` of `azure`. */
  settings: Readonly<Record<string, string>>;
}

export interface Config {
  host: string;
  port: number;
  /** What the server calls itself in links and tokens; undefined until it listens, when not configured. */
  publicUrl: string | undefined;
  dataDir: string;
  databaseUrl: string | undefined;
  /** What processes share besides the database: counters, caches, health. */
  redisUrl: string | undefined;
  secret: string | undefined;
  oidc: { issuer: string; clientId: string; audience: string; scopes: string[] } | undefined;
  audience: string | undefined;
  bootstrapKey: string | undefined;
  bootstrapCreditNano: bigint;
  smtpUrl: string | undefined;
  mailFrom: string;
  maxBodyBytes: number;
  trustProxy: number;
  /** Where the newest list of models is, and how often it is looked for; 0: never. */
  catalog: { url: string; refreshHours: number };
  /** The most memory that kept answers take in each process. */
  responseCacheBytes: number;
  /** How many requests to free models an organisation may make. */
  freeRequests: FreeLimits;
  logLevel: string;
  /** By provider name in lower case with dashes: `LLM_GOOGLE_AI_STUDIO_API_KEY` is `google-ai-studio`. */
  providers: ReadonlyMap<string, ProviderCredential>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The only reader of the environment. Wrong values throw one `config_invalid` that names all of them.
 * @param env the process environment; it wins over a `.env` file in `directory`.
 */
export function readConfig(env: Environment, directory: string): Config {
  const merged = withoutEmpty({ ...readDotenv(join(directory, '.env')), ...withoutEmpty(env) });
  const parsed = schema.safeParse(merged);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (merged.GATEWAY_OIDC_ISSUER && !merged.GATEWAY_OIDC_CLIENT_ID)
    problems.push('GATEWAY_OIDC_CLIENT_ID: is required with GATEWAY_OIDC_ISSUER');
  if (merged.DATABASE_URL && !merged.GATEWAY_SECRET)
    problems.push('GATEWAY_SECRET: is required with DATABASE_URL, the same on every server');
  const providers = readProviders(merged, problems);
  if (!parsed.success || problems.length > 0) {
    throw new GatewayError(
      'config_invalid',
      `The configuration is wrong:\n${problems.map((p) => `  ${p}`).join('\n')}`,
    );
  }
  const v = parsed.data;
  return {
    host: v.GATEWAY_HOST,
    port: v.GATEWAY_PORT,
    publicUrl: v.GATEWAY_PUBLIC_URL,
    dataDir: resolve(directory, v.GATEWAY_DATA_DIR),
    databaseUrl: v.DATABASE_URL,
    redisUrl: v.REDIS_URL,
    secret: v.GATEWAY_SECRET,
    oidc: v.GATEWAY_OIDC_ISSUER
      ? {
          issuer: v.GATEWAY_OIDC_ISSUER,
          clientId: v.GATEWAY_OIDC_CLIENT_ID!,
          audience: v.GATEWAY_OIDC_AUDIENCE ?? v.GATEWAY_OIDC_CLIENT_ID!,
          scopes: (v.GATEWAY_OIDC_SCOPES ?? 'openid profile email offline_access').split(/[\s,]+/),
        }
      : undefined,
    audience: v.GATEWAY_OIDC_AUDIENCE,
    bootstrapKey: v.GATEWAY_BOOTSTRAP_KEY,
    bootstrapCreditNano: v.GATEWAY_BOOTSTRAP_CREDIT_USD,
    smtpUrl: v.SMTP_URL,
    mailFrom: v.GATEWAY_MAIL_FROM ?? 'gateway <gateway@localhost>',
    maxBodyBytes: v.GATEWAY_MAX_BODY_BYTES,
    trustProxy: v.GATEWAY_TRUST_PROXY,
    catalog: { url: v.GATEWAY_CATALOG_URL, refreshHours: v.GATEWAY_CATALOG_REFRESH_HOURS },
    responseCacheBytes: v.GATEWAY_RESPONSE_CACHE_MB * 1024 * 1024,
    freeRequests: { base: v.GATEWAY_FREE_REQUESTS, bought: v.GATEWAY_FREE_REQUESTS_AFTER_PURCHASE },
    logLevel: v.LOG_LEVEL,
    providers,
  };
}

function readDotenv(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  try {
    return parseDotenv(readFileSync(path));
  } catch (cause) {
    throw new GatewayError('config_invalid', `${path} cannot be read.`, { cause });
  }
}

function withoutEmpty(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== ''),
  );
}

function readProviders(env: Record<string, string>, problems: string[]): Map<string, ProviderCredential> {
  const found = new Map<string, { apiKeys: string[]; baseUrl: string | undefined; settings: Record<string, string> }>();
  const settings = settingVariables();
  for (const [variable, value] of Object.entries(env)) {
    const setting = settings.get(variable);
    const match = /^LLM_([A-Z0-9]+(?:_[A-Z0-9]+)*)_(API_KEY|BASE_URL)$/.exec(variable);
    const name = setting?.provider ?? match?.[1]?.toLowerCase().replaceAll('_', '-');
    if (name === undefined) continue;
    const entry = found.get(name) ?? { apiKeys: [], baseUrl: undefined, settings: {} };
    found.set(name, entry);
    if (setting) entry.settings[setting.name] = value.trim();
    else if (match![2] === 'API_KEY') {
      entry.apiKeys = keysOf(value);
      if (entry.apiKeys.some((key) => !key.startsWith('{') && /[^\x21-\x7e]/.test(key)))
        problems.push(`${variable}: must not contain spaces or control characters`);
    } else {
      const parsed = httpUrl.safeParse(value);
      if (parsed.success) entry.baseUrl = parsed.data;
      else problems.push(`${variable}: ${parsed.error.issues[0]!.message}`);
    }
  }
  return found;
}

/** Several keys are separated by commas; a service account's JSON has commas of its own. */
function keysOf(value: string): string[] {
  if (value.trimStart().startsWith('{')) return [value.trim()];
  return value
    .split(',')
    .map((key) => key.trim())
    .filter(Boolean);
}

/** The variables of what the known providers take besides a key. */
function settingVariables(): Map<string, { provider: string; name: string }> {
  const variables = Object.values(known).flatMap((provider) =>
    Object.keys(provider.settings ?? {}).map((name): [string, { provider: string; name: string }] => [
      `LLM_${provider.name}_${name}`.toUpperCase().replaceAll('-', '_'),
      { provider: provider.name, name },
    ]),
  );
  return new Map(variables);
}
