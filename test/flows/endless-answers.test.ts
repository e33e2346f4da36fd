import type { ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { type Seen, startUpstream, type Upstream } from '../helpers/upstream.ts';

let upstream: Upstream;
let gateway: Gateway;
/** More than any whole answer has, packed. */
const MUCH = Buffer.alloc(65 * 1024 * 1024, 0x20);
const BOMBS = [
  ['gzip', gzipSync(MUCH)],
  ['br', brotliCompressSync(MUCH, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
] as const;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({
    providers: { openai: `${upstream.url}/v1`, anthropic: upstream.url, 'google-ai-studio': upstream.url },
  });
});
afterAll(async () => {
  await stopGateways();
  await upstream.close();
});
beforeEach(() => {
  upstream.seen.length = 0;
});

/** Sends text for as long as somebody reads it, and then holds the line. */
const endless = (status: number) => (_seen: Seen, response: ServerResponse) => {
  const piece = Buffer.alloc(1024 * 1024, 0x20);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.write('{');
  let left = 200;
  const more = (): void => {
    if (!response.destroyed && left-- > 0) response.write(piece, () => setImmediate(more));
  };
  more();
};

const packed = (encoding: string, bytes: Buffer) => (_seen: Seen, response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
  response.end(bytes);
};

async function ask(path: string, body: unknown) {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  return { status: response.status, error };
}

const message = [{ role: 'user', content: 'hi' }];
const CALLS = [
  ['of the same format', '/v1/chat/completions', { model: 'openai/gpt-4o-mini', messages: message }],
  ['of another format', '/v1/chat/completions', { model: 'claude-sonnet-4-6', messages: message, max_tokens: 9 }],
  ['of vectors', '/v1/embeddings', { model: 'text-embedding-3-small', input: 'hi' }],
] as const;

test.each(CALLS)(
  'an answer %s without an end is the provider’s error, and its call is cut',
  async (_of, path, body) => {
    upstream.respond = endless(200);
    const answer = await ask(path, body);
    expect(answer).toMatchObject({
      status: 502,
      error: { code: 'provider_error', message: expect.stringContaining('more than 67108864 bytes') },
    });
    await upstream.seen[0]!.aborted;
    const { body: logs } = await gateway.api('GET', '/api/v1/logs?limit=1');
    expect(logs.data[0]).toMatchObject({ status_code: 502, error_code: 'provider_error', cost_usd: '0.00' });
  },
);

test.each(CALLS)('so is one %s that is small only as long as it is packed', async (_of, path, body) => {
  for (const [encoding, bomb] of BOMBS) {
    upstream.respond = packed(encoding, bomb);
    expect(await ask(path, body)).toMatchObject({
      status: 502,
      error: { code: 'provider_error', message: expect.stringContaining('more than 67108864 bytes') },
    });
  }
});

test.each(CALLS)('one %s that is not packed as it says is the provider’s error', async (_of, path, body) => {
  upstream.respond = packed('gzip', Buffer.from('{"not":"packed"}'));
  expect(await ask(path, body)).toMatchObject({
    status: 502,
    error: { code: 'provider_error', message: expect.stringContaining('cannot be unpacked') },
  });
});

test('a refusal without an end ends, too', async () => {
  upstream.respond = endless(400);
  expect(await ask(CALLS[0][1], CALLS[0][2])).toMatchObject({ status: 502, error: { code: 'provider_error' } });
  await upstream.seen[0]!.aborted;
});

test('a count of tokens without an end is estimated', async () => {
  upstream.respond = endless(200);
  const response = await fetch(`${gateway.url}/v1/messages/count_tokens`, {
    method: 'POST',
    headers: { 'x-api-key': gateway.key, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-sonnet-4-6', messages: message }),
  });
  expect(response.headers.get('x-gateway-estimated')).toBe('true');
  await upstream.seen[0]!.aborted;
});
