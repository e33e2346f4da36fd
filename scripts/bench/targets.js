/** What is measured: nothing between (`direct`), the bare passthrough (`reference`), and the built gateway. */
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ask } from './connection.js';
import { portOf, start } from './processes.js';
import { BODIES } from './scenarios.js';

export const GATEWAY_CORE = 0;
export const LOAD_CORE = 1;
const PATH = '/v1/chat/completions';
/** Of the model that is asked for: among them one is chosen for each request. */
const PROVIDERS = ['GROQ', 'NOVITA', 'TOGETHER_AI'];
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
export const LAUNCHER = here('../../bin/gateway.js');

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** A key that a server takes as its first. */
export const randomKey = () => `sk-gw-${Array.from({ length: 40 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;

/** Starts the upstream. */
export async function startMock() {
  const child = start([here('mock.js')], { core: LOAD_CORE });
  return { name: 'direct', child, port: await portOf(child, 'the mock'), path: PATH, key: 'none' };
}

/** Starts the passthrough in front of the upstream. */
export async function startReference(mock) {
  const env = { UPSTREAM: `http://127.0.0.1:${mock.port}` };
  const child = start([here('reference.js')], { core: GATEWAY_CORE, env });
  return { name: 'reference', child, port: await portOf(child, 'the reference'), path: PATH, key: 'none' };
}

/** Starts the real server with everything on: keys, budgets, rules, rate limits, routing, accounting, the embedded database in `directory`. */
export async function startGateway(mock, directory, nodeArgs = []) {
  if (!existsSync(LAUNCHER)) throw new Error('There is no bin/gateway.js: run `npm run build` first.');
  const key = randomKey();
  const env = {
    HOME: directory,
    NODE_ENV: 'production',
    GATEWAY_DATA_DIR: `${directory}/data`,
    GATEWAY_PORT: '0',
    GATEWAY_BOOTSTRAP_KEY: key,
    GATEWAY_BOOTSTRAP_CREDIT_USD: '100000',
    LOG_LEVEL: 'warn',
  };
  for (const provider of PROVIDERS) {
    env[`LLM_${provider}_API_KEY`] = 'none';
    env[`LLM_${provider}_BASE_URL`] = `http://127.0.0.1:${mock.port}/v1`;
  }
  const child = start([...nodeArgs, LAUNCHER, 'serve'], { core: GATEWAY_CORE, env, cwd: directory });
  const port = await portOf(child, 'the gateway');
  return { name: 'gateway', child, port, path: PATH, key: await boundedKey(port, key) };
}

/** A key with limits and rules that hold, and let everything of the bench through. */
async function boundedKey(port, key) {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/me/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'bench',
      limit_usd: '100000',
      rate_limits: { requests_per_minute: 1e9, tokens_per_minute: 1e9, concurrent_requests: 1e6 },
      iam: [
        { rule_type: 'deny_models', rule_value: { models: ['gpt-4o'] } },
        { rule_type: 'allow_ip_cidrs', rule_value: { ip_cidrs: ['127.0.0.0/8'] } },
      ],
    }),
  });
  const made = await answer.json();
  if (!made.raw) throw new Error(`no key could be made: ${JSON.stringify(made)}`);
  return made.raw;
}

/** Throws unless a target answers in full, at once and as a stream. */
export async function check(target) {
  const answer = await ask({ ...target, body: BODIES.json });
  if (answer.status !== 200 || !answer.body.includes('quick brown fox')) refuse(target, answer);
  const stream = await ask({ ...target, body: BODIES.stream });
  const words = stream.body.match(/word\d+ /g)?.length;
  if (stream.status !== 200 || words !== 50 || !stream.body.includes('[DONE]')) refuse(target, stream);
}

function refuse(target, { status, body }) {
  throw new Error(`${target.name} answers ${status}: ${body.slice(0, 600)}\n${target.child.errors}`);
}
