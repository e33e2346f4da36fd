import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A reply as the provider sends it, from `test/fixtures/<provider>/`. */
export function fixture(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
}

/** A request as a provider saw it. */
export interface Seen {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Resolves when the connection of this request is gone before it was answered. */
  aborted: Promise<void>;
}

export interface Upstream {
  url: string;
  seen: Seen[];
  /** How many calls were cut by the other side. */
  cut: number;
  /** Answers the next requests; the default answers as OpenAI and Anthropic do, by path and `stream`. */
  respond: (seen: Seen, response: ServerResponse) => void | Promise<void>;
  /** The next `count` requests that arrive. */
  arrivals(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A provider on loopback. */
export async function startUpstream(): Promise<Upstream> {
  const waiting: (() => void)[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    let gone = () => {};
    const aborted = new Promise<void>((resolve) => {
      gone = resolve;
    });
    response.on('close', () => {
      if (response.writableFinished) return;
      upstream.cut++;
      gone();
    });
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      return;
    }
    const seen: Seen = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts), aborted };
    upstream.seen.push(seen);
    for (const call of waiting.splice(0)) call();
    await upstream.respond(seen, response);
  };
  const server = createServer((request, response) => void serve(request, response));
  const upstream: Upstream = {
    url: '',
    seen: [],
    cut: 0,
    respond: asProvider,
    async arrivals(count) {
      while (upstream.seen.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  upstream.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return upstream;
}

/** As the provider of the path answers: `…/messages` is Anthropic, everything else OpenAI. */
export function asProvider(seen: Seen, response: ServerResponse): void {
  const anthropic = seen.path.includes('/messages');
  const { stream } = JSON.parse(seen.body.toString('utf8')) as { stream?: boolean };
  const folder = anthropic ? 'anthropic/messages' : 'openai/chat';
  if (stream) sendStream(response, [fixture(`${folder}.stream.txt`)]);
  else sendJson(response, 200, fixture(`${folder}.json`));
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: Buffer | string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** Sends SSE in these pieces, each in a write of its own, and ends well. */
export function sendStream(response: ServerResponse, pieces: readonly (Buffer | string)[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  let at = 0;
  const next = (): void => {
    if (at < pieces.length) response.write(pieces[at++]!, () => setImmediate(next));
    else response.end();
  };
  next();
}
