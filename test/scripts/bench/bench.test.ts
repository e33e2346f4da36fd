import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const script = (name: string) => fileURLToPath(new URL(`../../../scripts/bench/${name}`, import.meta.url));
const { ask } = await import(script('connection.js'));
const { markdown } = await import(script('report.js'));

const children: ChildProcessWithoutNullStreams[] = [];
const servers: net.Server[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) server.close();
});

function run(name: string, args: string[] = [], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [script(name), ...args], { env: { PATH: process.env.PATH, ...env } });
  children.push(child);
  return child;
}

async function portOf(child: ChildProcessWithoutNullStreams): Promise<number> {
  for await (const line of createInterface({ input: child.stdout })) return Number(/:(\d+)$/.exec(line)![1]);
  throw new Error('it did not start');
}

async function ending(child: ChildProcessWithoutNullStreams) {
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}

/** A server that sends these bytes one at a time, whatever is asked. */
async function serverOf(answer: string): Promise<number> {
  const server = net.createServer((socket) => {
    socket.setNoDelay(true);
    socket.once('data', () => {
      const send = (at: number) => at < answer.length && socket.write(answer[at]!, () => setImmediate(send, at + 1));
      send(0);
    });
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test.each([
  ['with a length', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello', 'hello'],
  [
    'in chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n',
    '2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n',
  ],
  ['with an error', 'HTTP/1.1 402 Payment Required\r\ncontent-length: 2\r\n\r\n{}', '{}'],
])('the load reads an answer %s to its end, byte by byte', async (_case, answer, body) => {
  const port = await serverOf(answer);
  const read = await ask({ port, path: '/', key: 'k', body: '{}' });
  expect(read).toMatchObject({ status: Number(answer.slice(9, 12)), body });
});

test('the load fails when the server hangs up in the middle of an answer', async () => {
  const server = net.createServer((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel')),
  );
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const port = (server.address() as AddressInfo).port;
  await expect(ask({ port, path: '/', key: 'k', body: '{}' })).rejects.toThrow('closed the connection');
});

test('the passthrough hands on what the upstream answers, at once and as a stream', async () => {
  const upstream = await portOf(run('mock.js'));
  const port = await portOf(run('reference.js', [], { UPSTREAM: `http://127.0.0.1:${upstream}` }));
  const send = (body: object) => ask({ port, path: '/v1/chat/completions', key: 'k', body: JSON.stringify(body) });
  const answer = await send({ messages: [] });
  expect(JSON.parse(answer.body)).toMatchObject({ usage: { completion_tokens: 50 } });
  const stream = await send({ padding: 'x'.repeat(200_000), stream: true });
  expect(stream.body.match(/word\d+ /g)).toHaveLength(50);
  expect(stream.body.match(/data: \[DONE\]/g)).toHaveLength(1);
});

test('ratios are taken round by round, so that a slow round does not show', () => {
  const cell = (perSecond: number) => ({ perSecond, foreignShare: 0.02, peakMemoryMib: 100 });
  const round = (reference: number, gateway: number) => ({
    proxy: { 'json-64': { reference: cell(reference), gateway: cell(gateway) } },
    cli: { 'node -e 0': 40, '--version': 50 },
  });
  const text = markdown({ node: 'v20', rounds: [round(10_000, 8000), round(1000, 900), round(5000, 4000)] });
  expect(text).toContain('| JSON, 64 connections: requests/s | 5000 | 4000 | 0.80 (0.80–0.90) |');
  expect(text).toContain('| `gateway --version` | 40 ms | 50 ms | 1.25 (1.25–1.25) |');
});

test.each([
  ['a part that does not exist', ['--only', 'json-65'], 'not json-65'],
  ['no rounds', ['--rounds', '0'], '--rounds takes a number'],
  ['an unknown flag', ['--fast'], '--fast'],
])('the bench refuses %s', async (_case, args, message) => {
  const { code, stderr } = await ending(run('run.js', args));
  expect(code).toBe(1);
  expect(stderr).toContain(message);
});

const childrenOf = (parent: number) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ')[1] === `${parent}`
      );
    } catch {
      return false;
    }
  });

test.each(['SIGINT', 'SIGTERM'] as const)('%s in the middle of a run leaves no process behind', async (signal) => {
  const bench = run('run.js', ['--quick', '--reference-only', '--only', 'json-1']);
  await new Promise<void>((resolve) =>
    bench.stderr.on('data', (text: Buffer) => text.includes('round 1') && resolve()),
  );
  const pids = childrenOf(bench.pid!);
  expect(pids.length).toBeGreaterThanOrEqual(2);
  bench.kill(signal);
  const { code } = await ending(bench);
  expect(code).toBe(signal === 'SIGINT' ? 130 : 143);
  await expect.poll(() => pids.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 5000 }).toEqual([]);
});
