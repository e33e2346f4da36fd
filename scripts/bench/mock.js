/**
 * The upstream: canned chat completions over raw sockets, so that it costs little of the core it shares with the load.
 * `"stream": true` in a body gives server-sent events, one write for each event, one event for each live stream and turn
 * of the event loop. Prints its port; ends with its standard input.
 */
import net from 'node:net';

const EVENTS = 50;
const TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(12);
const USAGE = {
  prompt_tokens: 12,
  completion_tokens: EVENTS,
  total_tokens: 12 + EVENTS,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
};
const SHARED = { id: 'chatcmpl-mock0000000000000000000', created: 1767225600, model: 'gpt-4o-mini-2024-07-18' };
const HEADERS =
  'x-request-id: req_mock\r\nopenai-processing-ms: 1\r\nopenai-version: 2020-10-01\r\nx-ratelimit-remaining-requests: 9999\r\n';

function jsonReply() {
  const message = { role: 'assistant', content: TEXT, refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
  const body = JSON.stringify({ ...SHARED, object: 'chat.completion', choices, usage: USAGE, service_tier: 'default' });
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${HEADERS}content-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

function streamFrames() {
  const choice = (delta, finish_reason = null) => ({ choices: [{ index: 0, delta, logprobs: null, finish_reason }] });
  const words = Array.from({ length: EVENTS }, (_, i) => choice({ content: `word${i} ` }));
  const chunks = [
    choice({ role: 'assistant', content: '' }),
    ...words,
    choice({}, 'stop'),
    { choices: [], usage: USAGE },
  ];
  const data = chunks.map((chunk) => JSON.stringify({ ...SHARED, object: 'chat.completion.chunk', ...chunk }));
  const frames = [...data, '[DONE]'].map((text) => {
    const event = `data: ${text}\n\n`;
    return `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`;
  });
  const head = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n${HEADERS}transfer-encoding: chunked\r\n\r\n`;
  frames[0] = head + frames[0];
  frames[frames.length - 1] += '0\r\n\r\n';
  return frames.map((frame) => Buffer.from(frame));
}

const JSON_REPLY = jsonReply();
const FRAMES = streamFrames();
/** Where the flag stands in a body of this harness: near the beginning, or behind the messages. */
const FLAG_BYTES = 4096;

let live = [];
function turn() {
  live = live.filter((stream) => {
    if (!stream.socket.destroyed) stream.socket.write(FRAMES[stream.next++]);
    return !stream.socket.destroyed && stream.next < FRAMES.length;
  });
  if (live.length > 0) setImmediate(turn);
}

function answer(socket, body) {
  const ends = body.toString('latin1', 0, FLAG_BYTES) + body.toString('latin1', Math.max(0, body.length - FLAG_BYTES));
  if (!/"stream"\s*:\s*true/.test(ends)) return void socket.write(JSON_REPLY);
  if (live.push({ socket, next: 0 }) === 1) setImmediate(turn);
}

/** The bytes of a chunked body and where it ends; undefined: it is not complete yet. */
function unchunked(bytes, from) {
  const parts = [];
  for (let at = from; ; ) {
    const line = bytes.indexOf('\r\n', at);
    const size = line < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, line), 16);
    const end = line + 2 + size + 2;
    if (Number.isNaN(size) || end > bytes.length) return undefined;
    if (size === 0) return { body: Buffer.concat(parts), end };
    parts.push(bytes.subarray(line + 2, end - 2));
    at = end;
  }
}

function requestIn(bytes) {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = bytes.toString('latin1', 0, headEnd).toLowerCase();
  const start = headEnd + 4;
  if (head.includes('\r\ntransfer-encoding: chunked')) return unchunked(bytes, start);
  const end = start + Number(/\r\ncontent-length:\s*(\d+)/.exec(head)?.[1] ?? 0);
  return bytes.length < end ? undefined : { body: bytes.subarray(start, end), end };
}

const server = net.createServer((socket) => {
  let parts = [];
  let pending = 0;
  let needed = 0;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (part) => {
    parts.push(part);
    pending += part.length;
    // A large body is joined when it can be complete, not at every part.
    if (pending < needed) return;
    const bytes = parts.length === 1 ? part : Buffer.concat(parts);
    const request = requestIn(bytes);
    if (!request) {
      const announced = Number(/\r\ncontent-length:\s*(\d+)/i.exec(bytes.toString('latin1', 0, FLAG_BYTES))?.[1] ?? 0);
      needed = Math.max(announced, pending + 1);
      parts = [bytes];
      return;
    }
    parts = request.end < bytes.length ? [bytes.subarray(request.end)] : [];
    pending = bytes.length - request.end;
    needed = 0;
    answer(socket, request.body);
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`));
process.stdin.on('end', () => process.exit(0)).resume();
