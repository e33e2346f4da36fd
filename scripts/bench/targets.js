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

/** Starts the real server with everything on: keys, budgets, accounting, the embedded database in `directory`. */
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
    LLM_OPENAI_API_KEY: 'none',
    LLM_OPENAI_BASE_URL: `http://127.0.0.1:${mock.port}/v1`,
    LOG_LEVEL: 'warn',
  };
  const child = start([...nodeArgs, LAUNCHER, 'serve'], { core: GATEWAY_CORE, env, cwd: directory });
  return { name: 'gateway', child, port: await portOf(child, 'the gateway'), path: PATH, key };
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
