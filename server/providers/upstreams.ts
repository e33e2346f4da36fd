import { Pool } from 'undici';
import type { Config } from '../config.ts';
import type { Format } from '../dialects/dialect.ts';
import * as known from './index.ts';
import { openaiCompatible, type Provider } from './provider.ts';

/** A provider that has a credential here, ready to be called. */
export interface Upstream {
  name: string;
  format: Format;
  /** True for a provider that only the configuration knows: it serves any model name. */
  custom: boolean;
  provider: Provider;
  pool: Pool;
  /** Path of the base URL, without a trailing slash. */
  path: string;
  /** The next credential's headers, in turn, as the flat list that undici takes. */
  headers(): readonly string[];
}

export interface Upstreams {
  get(name: string): Upstream | undefined;
  readonly all: readonly Upstream[];
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** How long a provider may think before its first byte, and pause between two: long reasoning takes many minutes. */
const FIRST_BYTE_TIMEOUT_MS = 20 * 60_000;
const IDLE_TIMEOUT_MS = 10 * 60_000;

/** The providers that the configuration gives a key or, for one of your own, a base URL. */
export function createUpstreams(config: Config, version: string): Upstreams {
  const byName = new Map<string, Upstream>();
  const providers = new Map(Object.values(known).map((provider) => [provider.name, provider]));
  for (const [name, { apiKeys, baseUrl }] of config.providers) {
    const provider = providers.get(name) ?? (baseUrl ? openaiCompatible(name, baseUrl) : undefined);
    if (!provider || (apiKeys.length === 0 && providers.has(name))) continue;
    byName.set(name, open(provider, apiKeys, baseUrl ?? provider.baseUrl, !providers.has(name), version));
  }
  return {
    get: (name) => byName.get(name),
    all: [...byName.values()],
    async close() {
      await Promise.all([...byName.values()].map(({ pool }) => pool.destroy()));
    },
  };
}

function open(
  provider: Provider,
  keys: readonly string[],
  baseUrl: string,
  custom: boolean,
  version: string,
): Upstream {
  const url = new URL(withVersion(baseUrl, provider.format));
  const common = [
    'content-type',
    'application/json',
    'accept-encoding',
    'identity',
    'user-agent',
    `gateway/${version}`,
  ];
  const credentials = (keys.length > 0 ? keys : [undefined]).map((key) => [
    ...common,
    ...Object.entries(key === undefined ? {} : provider.authorize(key)).flat(),
  ]);
  let turn = 0;
  return {
    name: provider.name,
    format: provider.format,
    custom,
    provider,
    pool: new Pool(url.origin, {
      connections: null,
      pipelining: 1,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      keepAliveTimeout: 10_000,
      headersTimeout: FIRST_BYTE_TIMEOUT_MS,
      bodyTimeout: IDLE_TIMEOUT_MS,
    }),
    path: url.pathname.replace(/\/+$/, ''),
    headers() {
      turn = (turn + 1) % credentials.length;
      return credentials[turn]!;
    },
  };
}

/** People paste base URLs with and without the version: a bare host, and any Anthropic address, gets `/v1`. */
function withVersion(baseUrl: string, format: Format): string {
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/+$/, '');
  const lacks = format === 'anthropic-messages' ? !/\/v\d+$/.test(path) : path === '';
  return lacks ? `${url.origin}${path}/v1` : baseUrl;
}
