import net from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = '0\r\n\r\n';

/** The bytes of a POST with a JSON body. */
export function requestBytes({ port, path, key, body }) {
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\naccept: */*\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

/**
 * A keep-alive connection with one request in flight: as little client as a load generator can do with. It finds the
 * status, the first byte of the body and the end. A chunked answer ends where the bytes that came end with the last chunk:
 * no answer of this harness has those bytes inside.
 * `onAnswer({status, firstByteMs, totalMs, body})`: `body` is kept only when asked for. `onError(error)` ends it.
 */
export function connect({ port, keepBody = false, onAnswer, onError }) {
  const socket = net.connect(port, '127.0.0.1');
  let sentAt = 0;
  let answer;

  function head(bytes) {
    const all = answer.held ? Buffer.concat([answer.held, bytes]) : bytes;
    const end = all.indexOf(HEAD_END);
    if (end < 0) {
      answer.held = all;
      return undefined;
    }
    const text = all.toString('latin1', 0, end).toLowerCase();
    answer.status = Number(text.slice(9, 12));
    answer.left = text.includes('\r\ntransfer-encoding: chunked')
      ? Number.NaN
      : Number(/\r\ncontent-length:\s*(\d+)/.exec(text)?.[1] ?? 0);
    return all.subarray(end + 4);
  }

  function isComplete(bytes) {
    if (!Number.isNaN(answer.left)) {
      answer.left -= bytes.length;
      return answer.left <= 0;
    }
    answer.tail = (answer.tail + bytes.toString('latin1', Math.max(0, bytes.length - 8))).slice(-8);
    return answer.tail === LAST_CHUNK || answer.tail.endsWith(`\n${LAST_CHUNK}`);
  }

  socket.setNoDelay(true);
  socket.on('data', (bytes) => {
    const body = answer.status ? bytes : head(bytes);
    if (!body) return;
    if (body.length > 0 && !answer.firstByteMs) answer.firstByteMs = performance.now() - sentAt;
    if (keepBody) answer.body += body.toString('latin1');
    if (isComplete(body)) onAnswer({ ...answer, totalMs: performance.now() - sentAt });
  });
  socket.on('error', onError);
  socket.on('close', () => onError(new Error('the server closed the connection')));
  return {
    send(request) {
      answer = { status: 0, firstByteMs: 0, left: 0, tail: '', held: undefined, body: '' };
      sentAt = performance.now();
      socket.write(request);
    },
    close() {
      socket.removeAllListeners('close').destroy();
    },
  };
}

/** One request, its whole answer. */
export function ask(target, timeoutMs = 10_000) {
  return new Promise((resolve, reject) => {
    const finish = (settle, value) => {
      clearTimeout(timer);
      connection.close();
      settle(value);
    };
    const timer = setTimeout(() => finish(reject, new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    const connection = connect({
      port: target.port,
      keepBody: true,
      onAnswer: (answer) => finish(resolve, answer),
      onError: (error) => finish(reject, error),
    });
    connection.send(requestBytes(target));
  });
}
