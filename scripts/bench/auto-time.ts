/**
 * What `auto` adds to a request: reading its features and classifying them, for bodies from a greeting to four megabytes,
 * and choosing among 300 models at 10 providers. Prints microseconds; ends with 1 when a median is past its limit.
 */
import { createCatalog } from '../../server/catalog/catalog.ts';
import { offersOf } from '../../server/catalog/offer.ts';
import { readConfig } from '../../server/config.ts';
import { scanObject } from '../../server/dialects/json-scan.ts';
import { createUpstreams } from '../../server/providers/upstreams.ts';
import { autoTargets } from '../../server/routing/auto/auto.ts';
import { classify } from '../../server/routing/auto/classify.ts';
import { featuresOf } from '../../server/routing/auto/features.ts';
import { createHealth } from '../../server/routing/health/create-health.ts';
import { offeredTo } from '../../server/routing/plan.ts';
import { DEFAULTS } from '../../server/routing/settings.ts';

const MOST_TO_CLASSIFY = 1000;
const MOST_TO_CHOOSE = 50;
const MB = 1 << 20;

const WORDS = 'const x = "a"; function prove the theorem step by step, analyze distributed {consensus} => return 5\n';
const text = (bytes: number) => WORDS.repeat(Math.ceil(bytes / WORDS.length)).slice(0, bytes);
const user = (content: unknown) => ({ role: 'user', content });
const result = (bytes: number) => user([{ type: 'tool_result', tool_use_id: 'x', content: text(bytes) }]);
const call = { role: 'assistant', content: [{ type: 'tool_use', id: 'x', name: 'y', input: { path: text(300) } }] };

const BODIES: readonly (readonly [what: string, body: object])[] = [
  ['a greeting', { messages: [user('Hello')] }],
  ['a question of 4 KB', { messages: [user(text(4096))] }],
  ['12 KB of Chinese', { messages: [user('请设计一个分布式系统，证明其一致性。'.repeat(230))] }],
  [
    'an agent, 200 turns',
    { system: text(20_000), messages: Array.from({ length: 100 }, () => [call, result(5000)]).flat() },
  ],
  ['one message of 4 MB', { messages: [user(text(4 * MB))] }],
  ['4 MB in 40,000 messages', { messages: Array.from({ length: 40_000 }, () => user(text(60))) }],
  ['4 MB in 1,000 messages', { messages: Array.from({ length: 1000 }, () => ({ role: 'tool', content: text(3900) })) }],
  [
    '4 MB of tools',
    { messages: [user('Hi')], tools: Array.from({ length: 2000 }, () => ({ name: 'f', description: text(2000) })) },
  ],
];

let late = false;
for (const [what, body] of BODIES) {
  const scan = scanObject(Buffer.from(JSON.stringify(body)));
  measure(`classify ${what}`, MOST_TO_CLASSIFY, () => classify(featuresOf(scan, scan)));
}

const providers = Array.from({ length: 10 }, (_, at) => `host-${at}`);
const config = Object.fromEntries(
  providers.flatMap((name) => {
    const prefix = `LLM_${name.toUpperCase().replace('-', '_')}`;
    return [
      [`${prefix}_API_KEY`, 'sk'],
      [`${prefix}_BASE_URL`, 'http://127.0.0.1:9'],
    ];
  }),
);
const offers = providers.flatMap((provider, at) =>
  offersOf(
    provider,
    Array.from({ length: 300 }, (_, n) => {
      const usd = ((n * 37) % 300) / 10 + at / 100;
      return [
        `model-${n}`,
        `Model ${n}`,
        '2026-01-01',
        128_000,
        16_384,
        `${usd.toFixed(2)} ${(usd * 4).toFixed(2)}`,
        'tools reasoning',
      ];
    }),
  ),
);
const services = {
  catalog: createCatalog(offers),
  upstreams: createUpstreams(readConfig(config, '/nowhere'), 'bench'),
};
const offered = {
  ...offeredTo(services, { organizationId: 'org' }),
  health: createHealth({ now: () => performance.now() }),
};
for (const prompt of ['Hello', 'Prove step by step that the square root of 3 is irrational.']) {
  const scan = scanObject(Buffer.from(JSON.stringify({ messages: [user(prompt)], tools: [{ type: 'function' }] })));
  const facts = { textBytes: scan.textBytes, choices: 1, maxOutputTokens: 1000 };
  const asked = { facts, features: featuresOf(scan, facts), settings: DEFAULTS };
  measure(`choose for "${prompt}"`, MOST_TO_CHOOSE, () => autoTargets(offered, asked));
}
process.exit(late ? 1 : 0);

function measure(what: string, most: number, act: () => unknown): void {
  const times: number[] = [];
  for (let round = 0; round < 3000; round++) {
    const start = performance.now();
    act();
    if (round >= 1000) times.push((performance.now() - start) * 1000);
  }
  times.sort((a, b) => a - b);
  const [median, high] = [times[1000]!, times[1980]!];
  late ||= median >= most;
  process.stdout.write(`${what}: median ${median.toFixed(1)} µs, p99 ${high.toFixed(1)} µs (at most ${most})\n`);
}
