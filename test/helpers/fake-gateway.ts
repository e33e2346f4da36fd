import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the fake got it. */
export interface Seen {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
  /** The body's fields, of JSON or of a form. */
  fields: Record<string, unknown>;
  at: number;
}

export type Answer = (request: Seen, response: ServerResponse) => void;

/** A node:http server on loopback that answers as a test says. */
export interface FakeGateway {
  url: string;
  seen: Seen[];
  /** The requests to one path. */
  to(path: string): Seen[];
  /** Resolves once there was a request. */
  asked(): Promise<void>;
  close(): Promise<void>;
}

const open = new Set<FakeGateway>();

/** Starts one; routes are `METHOD /path`, `*` is what answers anything else (404 as our envelope when left out). */
export async function fakeGateway(routes: Record<string, Answer>): Promise<FakeGateway> {
  const seen: Seen[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url!, 'http://fake');
      const body = Buffer.concat(chunks).toString('utf8');
      const got: Seen = {
        method: request.method!,
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body,
        fields: fieldsOf(request, body),
        at: Date.now(),
      };
      seen.push(got);
      for (const tell of waiting.splice(0)) tell();
      (routes[`${got.method} ${got.path}`] ?? routes['*'] ?? failed(404, 'not_found', `No such path: ${got.path}`))(
        got,
        response,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeGateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    to: (path) => seen.filter((request) => request.path === path),
    asked: () => (seen.length > 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    async close() {
      open.delete(fake);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  open.add(fake);
  return fake;
}

/** Ends every fake that is still open. Call it after all tests of a file. */
export async function closeFakes(): Promise<void> {
  await Promise.all([...open].map((fake) => fake.close()));
}

function fieldsOf(request: IncomingMessage, body: string): Record<string, unknown> {
  const type = request.headers['content-type'] ?? '';
  if (type.includes('json') && body) return JSON.parse(body);
  return type.includes('form') ? Object.fromEntries(new URLSearchParams(body)) : {};
}

/** Answers with JSON. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response
      .writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_fake', ...headers })
      .end(JSON.stringify(value));
  };
}

/** Answers with our error envelope. */
export function failed(status: number, code: string, message: string, headers: Record<string, string> = {}): Answer {
  return json({ error: { message, type: 'some_error', param: null, code } }, status, headers);
}

/** Answers with a web page, as a proxy in between does. */
export function page(status: number, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<html><body>sorry</body></html>');
  };
}

/** Cuts the connection without an answer. */
export const hangUp: Answer = (_request, response) => {
  response.destroy();
};

/** Never answers. */
export const silence: Answer = () => {};

/** One after the other; the last one for good. */
export function inTurn(...answers: Answer[]): Answer {
  let turn = 0;
  return (request, response) => answers[Math.min(turn++, answers.length - 1)]!(request, response);
}

/** What GET /me answers. */
export const ME = {
  id: 'usr_ann',
  display_name: 'Ann',
  email: 'ann@example.com',
  sub: 'ann',
  balance_usd: '4.20',
  status: 'active',
  organization: { id: 'org_1', name: 'Ann' },
  project: { id: 'prj_1', name: 'default' },
  role: 'owner',
  key: null,
};

/** A key as the management API shows it. */
export function keyReply(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'key_1',
    name: 'ci',
    key_prefix: 'sk-gw-AbCd',
    status: 'active',
    balance_usd: null,
    limits: {
      limit_usd: null,
      spent_usd: '0.00',
      period_limit_usd: null,
      period: null,
      period_spent_usd: null,
      period_resets_at: null,
    },
    rate_limits: null,
    permissions: ['inference'],
    models: null,
    parent: null,
    project: 'prj_1',
    expires_at: null,
    last_used_at: null,
    created_at: '2026-01-01T00:00:00.000Z',
    ...fields,
  };
}
