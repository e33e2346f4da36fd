/**
 * The yardstick: a bare passthrough of node:http and undici. It reads the body, sends it on and pipes the answer back; no
 * keys, no parsing, no accounting. `UPSTREAM` is the base URL. Prints its port; ends with its standard input.
 */
import http from 'node:http';
import { pipeline } from 'node:stream';
import { Pool } from 'undici';

const pool = new Pool(process.env.UPSTREAM, { connections: 256, pipelining: 1 });
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host', 'content-length']);

const endToEnd = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));

async function pass(request, response) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const hangUp = new AbortController();
  response.on('close', () => response.writableEnded || hangUp.abort());
  const answer = await pool.request({
    path: request.url,
    method: request.method,
    headers: endToEnd(request.headers),
    body: parts.length === 1 ? parts[0] : Buffer.concat(parts),
    signal: hangUp.signal,
  });
  const length = answer.headers['content-length'];
  response.writeHead(answer.statusCode, { ...endToEnd(answer.headers), ...(length && { 'content-length': length }) });
  pipeline(answer.body, response, () => {});
}

const server = http.createServer((request, response) => {
  pass(request, response).catch((error) => {
    if (response.headersSent) return void response.destroy();
    response.writeHead(502).end(String(error));
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`));
process.stdin.on('end', () => process.exit(0)).resume();
