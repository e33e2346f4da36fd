/**
 * What planning adds to a request: a model's name to its targets, and those to the order in which they are tried. Prints
 * microseconds for each request, by the clock and, as other processes do not disturb it, of CPU time; ends with 1 when the
 * median is 50 or more.
 */
import { createCatalog } from '../../server/catalog/catalog.ts';
import { offersOf } from '../../server/catalog/offer.ts';
import { readConfig } from '../../server/config.ts';
import { createUpstreams } from '../../server/providers/upstreams.ts';
import { type Asked, choose } from '../../server/routing/choose.ts';
import { createHealth } from '../../server/routing/health/create-health.ts';
import { offeredTo, planned } from '../../server/routing/plan.ts';
import { createPreferences } from '../../server/routing/preferred.ts';
import { createRankings } from '../../server/routing/rankings.ts';
import { DEFAULTS } from '../../server/routing/settings.ts';

const MODELS = 300;
const PROVIDERS = 10;
const REQUESTS = 100_000;
const WARM_UP = 10_000;
const MOST_MICROSECONDS = 50;
const MINUTE_MS = 60_000;

const models = numbered(MODELS, 'model');
const providers = numbered(PROVIDERS, 'host');
let nowMs = 0;
const health = createHealth({ now: () => nowMs + performance.now() });
const services = {
  catalog: createCatalog(
    providers.flatMap((provider, at) =>
      offersOf(
        provider,
        models.map((model) => row(model, at)),
      ),
    ),
  ),
  upstreams: createUpstreams(readConfig(Object.fromEntries(providers.flatMap(settingsOf)), '/nowhere'), 'bench'),
  health,
  rankings: createRankings({ health }),
  preferences: createPreferences(),
};
const KINDS: readonly (readonly [what: string, asked: (i: number) => Partial<Asked>])[] = [
  ['plain', () => ({})],
  ['streams', () => ({ stream: true })],
  ['large prompts', () => ({ stream: true, promptTokens: 50_000 })],
  ['strategy price', () => ({ strategy: 'price' })],
  ['sessions', (i) => ({ stream: true, session: { pinned: `${providers[i % PROVIDERS]}/${models[i % MODELS]}` } })],
];

const REQUEST: Omit<Asked, 'targets' | 'pinned'> = {
  scope: 'prj_1',
  settings: DEFAULTS,
  strategy: 'auto',
  stream: false,
  promptTokens: 500,
  noFallback: false,
  random: Math.random,
};

remember();
let failed = false;
console.log(`plan and choose, ${MODELS} models × ${PROVIDERS} providers, µs a request`);
for (const [what, asked] of KINDS) {
  const before = process.cpuUsage();
  const times = measure(asked);
  const { user, system } = process.cpuUsage(before);
  const [median, late] = [0.5, 0.99].map((share) => times[Math.floor(times.length * share)]! * 1000);
  const figures = { median: median!, p99: late!, 'CPU, mean': (user + system) / (REQUESTS + WARM_UP) };
  const shown = Object.entries(figures).map(([name, figure]) => `${name} ${figure.toFixed(1).padStart(6)}`);
  console.log(`${what.padEnd(16)} ${shown.join('   ')}`);
  failed ||= median! >= MOST_MICROSECONDS;
}
process.exit(failed ? 1 : 0);

/** An hour of answers of every target, minute by minute. */
function remember(): void {
  for (let minute = 0; minute < 60; minute++, nowMs += MINUTE_MS)
    for (const [at, provider] of providers.entries())
      for (const model of models) {
        const id = `${provider}/${model}`;
        const answer = { firstTokenMs: 300 + at * 40, outputTokens: 200, generationMs: 2000 + at * 200 };
        services.health.succeeded(id, answer);
        if ((minute + at) % 7 === 0) services.health.failed(id, 'server_error');
      }
}

/** Milliseconds of each request, sorted. */
function measure(asked: (i: number) => Partial<Asked>): Float64Array {
  const times = new Float64Array(REQUESTS);
  for (let i = -WARM_UP; i < REQUESTS; i++) {
    const at = Math.floor(Math.random() * MODELS);
    const more = asked(at);
    // the dearest case: no order is known from a moment ago
    services.rankings.forget();
    const startedMs = performance.now();
    const named = planned(offeredTo(services, { organizationId: 'org_1' }), models[at]!);
    choose(services, { ...REQUEST, ...more, targets: named.targets, pinned: named.pinned });
    if (i >= 0) times[i] = performance.now() - startedMs;
  }
  return times.sort();
}

function numbered(count: number, name: string): string[] {
  return Array.from({ length: count }, (_, i) => `${name}-${i}`);
}

/** Dearer at each next provider, and every other one caches. */
function row(model: string, at: number) {
  const price = `${1 + at / 10} ${4 + at / 10}${at % 2 === 0 ? ' 0.1' : ''}`;
  return [model, model, '2026-01-01', 128_000, 16_000, price, 'tools'] as const;
}

function settingsOf(provider: string): [string, string][] {
  const name = provider.toUpperCase().replace('-', '_');
  return [
    [`LLM_${name}_API_KEY`, 'key'],
    [`LLM_${name}_BASE_URL`, `https://${provider}.example/v1`],
  ];
}
