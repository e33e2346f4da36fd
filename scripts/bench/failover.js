/**
 * Three providers of one model, in real time: one fails 30 % of its calls, one is slow, one is dear. Prints what callers see
 * and who serves them: in the first minute, after it, and once the failing one is well again. Takes about four minutes.
 *
 *     npm run build && node scripts/bench/failover.js [--requests 10000]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { killAll, portOf, start, stop } from './processes.js';
import { GATEWAY_CORE, LAUNCHER, randomKey } from './targets.js';

const { values } = parseArgs({ options: { requests: { type: 'string', default: '10000' } } });
const REQUESTS = Number(values.requests);
const CALLERS = 16;
const MINUTE_MS = 60_000;
/** When it begins to be well, and when all is over. */
const RECOVERS_MS = 2 * MINUTE_MS;
const ENDS_MS = 4 * MINUTE_MS;
const SLOW_MS = 150;
const FAILS = 0.3;

let recovered = false;
const answer = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-oss-120b',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
});
/** By name: the cheapest fails, the next is slow, the dearest is well. */
const PROVIDERS = {
  novita: (reply) =>
    !recovered && Math.random() < FAILS ? reply(503, '{"error":{"message":"overloaded"}}') : reply(200, answer),
  groq: (reply) => setTimeout(() => reply(200, answer), SLOW_MS),
  cerebras: (reply) => reply(200, answer),
};

async function startProvider(serve) {
  const server = createServer((request, response) => {
    request.resume().on('end', () =>
      serve((status, body) => {
        response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
        response.end(body);
      }),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const directory = mkdtempSync(join(tmpdir(), 'gateway-failover-'));
const servers = {};
const env = {};
for (const [name, serve] of Object.entries(PROVIDERS)) {
  servers[name] = await startProvider(serve);
  env[`LLM_${name.toUpperCase()}_API_KEY`] = 'none';
  env[`LLM_${name.toUpperCase()}_BASE_URL`] = `http://127.0.0.1:${servers[name].address().port}/v1`;
}
const key = randomKey();
const gateway = start([LAUNCHER, 'serve'], {
  core: GATEWAY_CORE,
  cwd: directory,
  env: {
    ...env,
    HOME: directory,
    NODE_ENV: 'production',
    GATEWAY_DATA_DIR: join(directory, 'data'),
    GATEWAY_PORT: '0',
    GATEWAY_BOOTSTRAP_KEY: key,
    GATEWAY_BOOTSTRAP_CREDIT_USD: '1000',
    GATEWAY_CATALOG_REFRESH_HOURS: '0',
    LOG_LEVEL: 'error',
  },
});

const PERIODS = ['the first minute', 'after it', 'once it is well'];
const seen = PERIODS.map(() => ({ requests: 0, failed: 0, retried: 0, served: {}, tried: {} }));

try {
  const url = `http://127.0.0.1:${await portOf(gateway, 'the gateway')}/v1/chat/completions`;
  const began = performance.now();
  let sent = 0;
  const ask = async () => {
    const now = performance.now() - began;
    recovered = now >= RECOVERS_MS;
    const period = seen[now < MINUTE_MS ? 0 : recovered ? 2 : 1];
    const reply = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"model":"gpt-oss-120b","messages":[{"role":"user","content":"hi"}]}',
    });
    const body = await reply.json();
    period.requests++;
    if (reply.status !== 200) period.failed++;
    const attempts = body.metadata?.routing ?? [];
    if (attempts.length > 1) period.retried++;
    for (const { provider } of attempts) period.tried[provider] = (period.tried[provider] ?? 0) + 1;
    const last = attempts.at(-1)?.provider ?? 'nobody';
    period.served[last] = (period.served[last] ?? 0) + 1;
  };
  const caller = async () => {
    while (sent < REQUESTS) {
      // as many as are due by now: spread over the whole time
      const due = sent++ * (ENDS_MS / REQUESTS);
      const wait = due - (performance.now() - began);
      if (wait > 0) await sleep(wait);
      await ask();
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
} finally {
  await stop(gateway);
  for (const server of Object.values(servers)) server.close().closeAllConnections();
  killAll();
  rmSync(directory, { recursive: true, force: true });
}

const percent = (part, whole) => `${((100 * (part ?? 0)) / Math.max(1, whole)).toFixed(2)} %`;
console.log(
  `| | requests | succeeded | retried | ${Object.keys(PROVIDERS)
    .map((name) => `tried at ${name}`)
    .join(' | ')} |`,
);
console.log('|---|---|---|---|---|---|---|');
for (const [at, { requests, failed, retried, tried }] of seen.entries()) {
  const shares = Object.keys(PROVIDERS).map((name) => percent(tried[name], requests));
  console.log(
    `| ${PERIODS[at]} | ${requests} | ${percent(requests - failed, requests)} | ${percent(retried, requests)} | ${shares.join(' | ')} |`,
  );
}
const all = seen.reduce(
  (sum, { requests, failed }) => ({ requests: sum.requests + requests, failed: sum.failed + failed }),
  { requests: 0, failed: 0 },
);
console.log(
  `\n${all.requests} requests, ${percent(all.requests - all.failed, all.requests)} succeeded; novita fails ${FAILS * 100} % until minute ${RECOVERS_MS / MINUTE_MS}.`,
);
