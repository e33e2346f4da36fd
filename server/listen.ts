import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { errorEnvelope, GatewayError } from '../shared/errors.ts';
import { handle } from './proxy/handle.ts';
import { models } from './proxy/models.ts';
import { drain } from './proxy/read-body.ts';
import { isDataPath, routeOf } from './proxy/routes.ts';
import type { Services } from './services.ts';
import { newRequestId } from './store/ids.ts';

/** Longer than load balancers keep idle connections, so that they, not we, close them. */
const KEEP_ALIVE_MS = 75_000;

/** A port that is taken; callers who come before `open` are kept waiting, not turned away. */
export interface Bound {
  server: Server;
  early: [IncomingMessage, ServerResponse][];
}

/** Binds the port; nothing is answered until `open`. Throws `port_in_use` or `config_invalid`. */
export function bind(host: string, port: number): Promise<Bound> {
  const early: Bound['early'] = [];
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: 0,
    headersTimeout: 60_000,
    noDelay: true,
  });
  server.on('request', (request, response) => early.push([request, response]));
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(new GatewayError('port_in_use', `Port ${port} on ${host} is already in use.`));
      else
        reject(
          new GatewayError('config_invalid', `Cannot listen on ${host}:${port}: ${error.message}.`, { cause: error }),
        );
    });
    server.listen(port, host, () => resolve({ server, early }));
  });
}

/** One port, two doors: the data plane's paths go to the proxy, everything else to the management API. */
export function open(
  { server, early }: Bound,
  services: Services,
  doors: { proxy: boolean; api: RequestListener | undefined },
): void {
  const door: RequestListener = (request, response) => {
    const route = doors.proxy ? routeOf(request.url ?? '/') : undefined;
    if (!route) {
      if (doors.api && !(doors.proxy && isDataPath(request.url ?? '/'))) doors.api(request, response);
      else
        answer(
          request,
          response,
          new GatewayError('not_found', `There is nothing at ${request.method} ${pathOf(request)}.`),
        );
    } else if (route.kind === 'models') {
      if (request.method === 'GET' || request.method === 'HEAD') models(services, request, response, route.id);
      else wrongMethod(request, response, 'GET');
    } else if (request.method === 'POST') {
      void handle(services, request, response, route.dialect);
    } else {
      wrongMethod(request, response, 'POST');
    }
  };
  server.removeAllListeners('request').on('request', door);
  for (const [request, response] of early.splice(0)) if (!response.destroyed) door(request, response);
  // Codex tries a WebSocket first and goes on over HTTP at once only after a 426.
  server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
    const { error } = errorEnvelope(new GatewayError('upgrade_required', 'WebSockets are not spoken here.'));
    const body = JSON.stringify({ error });
    socket.on('error', () => {});
    socket.end(
      `HTTP/1.1 426 Upgrade Required\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  });
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?')[0]!.slice(0, 200);
}

function wrongMethod(request: IncomingMessage, response: ServerResponse, method: string): void {
  response.setHeader('allow', method);
  answer(
    request,
    response,
    new GatewayError('method_not_allowed', `${pathOf(request)} takes ${method}, not ${request.method}.`),
  );
}

function answer(request: IncomingMessage, response: ServerResponse, error: GatewayError): void {
  const body = JSON.stringify(errorEnvelope(error));
  response.writeHead(error.status ?? 500, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-request-id': newRequestId(Date.now()),
    ...(error.status === 404 ? { 'x-should-retry': 'false' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  drain(request);
}
