import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { GatewayError } from '../shared/errors.ts';
import { answerError } from './proxy/error-answer.ts';
import { isDataPath, routeOf } from './proxy/routes.ts';
import type { Services } from './services.ts';

/** Longer than load balancers keep idle connections, so that they, not we, close them. */
const KEEP_ALIVE_MS = 75_000;

/** A port that is taken; callers who come before `open` are kept waiting, not turned away. */
export interface Bound {
  server: Server;
  early: [IncomingMessage, ServerResponse][];
  /** The connections that there are. */
  sockets: ReadonlySet<Socket>;
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
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
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
    server.listen(port, host, () => resolve({ server, early, sockets }));
  });
}

/** One port, two doors: the data plane's paths go to the proxy, everything else to the management API. */
export function open(
  { server, early }: Pick<Bound, 'server' | 'early'>,
  services: Services,
  doors: { proxy: boolean; api: RequestListener | undefined },
): void {
  const door: RequestListener = (request, response) => {
    // Codex tries a WebSocket first and goes on over HTTP at once only after a 426. Other upgrades (h2c) are offers to ignore.
    if (request.headers.upgrade?.toLowerCase() === 'websocket') {
      answerError(request, response, new GatewayError('upgrade_required', 'WebSockets are not spoken here.'));
      return;
    }
    const route = doors.proxy ? routeOf(request.url ?? '/') : undefined;
    if (!route) {
      if (doors.api && !(doors.proxy && isDataPath(request.url ?? '/'))) doors.api(request, response);
      else
        answerError(
          request,
          response,
          new GatewayError('not_found', `There is nothing at ${request.method} ${pathOf(request)}.`),
        );
      return;
    }
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (!route.methods.some((known) => known === method)) {
      wrongMethod(request, response, route.methods.join(', '));
      return;
    }
    const running = route.run(services, request, response);
    running?.catch((error: unknown) => {
      services.log.error({ error: String(error) }, 'a request could not even be refused');
      response.destroy();
    });
  };
  server.removeAllListeners('request').on('request', door);
  for (const [request, response] of early.splice(0)) if (!response.destroyed) door(request, response);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?')[0]!.slice(0, 200);
}

function wrongMethod(request: IncomingMessage, response: ServerResponse, method: string): void {
  const message = `${pathOf(request)} takes ${method}, not ${request.method}.`;
  answerError(request, response, new GatewayError('method_not_allowed', message, { param: method }));
}
