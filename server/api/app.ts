import express, { type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import { GatewayError } from '../../shared/errors.ts';
import { VERSION } from '../../shared/version.ts';
import { consoleRoutes } from '../console/routes.ts';
import type { Services } from '../services.ts';
import { newRequestId } from '../store/ids.ts';
import { MANAGEMENT } from './contracts.ts';
import { answerFailure } from './failure.ts';
import { expressPath } from './mount.ts';
import { accountRoutes } from './routes/account.ts';
import { catalogRoutes } from './routes/catalog.ts';
import { creditRoutes } from './routes/credits.ts';
import { iamRoutes } from './routes/iam.ts';
import { keyRoutes } from './routes/keys.ts';
import { opsRoutes } from './routes/ops.ts';
import { organizationRoutes } from './routes/organizations.ts';
import { projectRoutingRoutes } from './routes/project-routing.ts';
import { providerKeyRoutes } from './routes/provider-keys.ts';
import { routeExplainRoutes } from './routes/route-explain.ts';
import { topupRoutes } from './routes/topup.ts';
import { usageRoutes } from './routes/usage.ts';

/** Door 1: the management API, the issuer's endpoints and the pages for people. `services.publicUrl` must be known. */
export function createApi(services: Services): Express {
  const app = express();
  app
    .disable('x-powered-by')
    .disable('etag')
    .set('trust proxy', services.config.trustProxy)
    .set('query parser', 'simple');
  app.use((_request, response, next) => {
    response.set('x-request-id', newRequestId(Date.now()));
    next();
  });
  // The issuer reads its own bodies.
  if (services.identity.issuer) app.use(['/oidc', '/.well-known'], services.identity.issuer as RequestHandler);
  const guard = headers(services);
  app.use(['/api', '/healthz', '/readyz', '/openapi.json', '/llms.txt', '/llms-full.txt'], guard);
  app.use(managementRoutes(services));
  app.use(consoleRoutes(services));
  app.use(guard, (request) => {
    throw new GatewayError('not_found', `There is nothing at ${request.path}.`, {
      hint: 'GET /openapi.json describes what there is.',
    });
  });
  app.use(answerFailure(services));
  return app;
}

function managementRoutes(services: Services): Router {
  const router = express.Router();
  for (const add of [
    opsRoutes,
    accountRoutes,
    keyRoutes,
    iamRoutes,
    projectRoutingRoutes,
    routeExplainRoutes,
    usageRoutes,
    topupRoutes,
    creditRoutes,
    catalogRoutes,
    organizationRoutes,
    providerKeyRoutes,
  ])
    add(router, services);
  for (const [path, methods] of methodsByPath()) {
    router.all(expressPath(path), (request, response) => {
      response.set('allow', methods.join(', '));
      throw new GatewayError(
        'method_not_allowed',
        `${request.method} is not possible at ${request.path}, only ${methods.join(', ')}.`,
      );
    });
  }
  router.use('/api', (request) => {
    throw new GatewayError('not_found', `There is no endpoint ${request.originalUrl.split('?')[0]}.`, {
      hint: 'GET /openapi.json describes all endpoints.',
    });
  });
  return router;
}

function methodsByPath(): Map<string, string[]> {
  const found = new Map<string, string[]>([
    ['/healthz', ['GET']],
    ['/readyz', ['GET']],
    ['/openapi.json', ['GET']],
    ['/llms.txt', ['GET']],
    ['/llms-full.txt', ['GET']],
  ]);
  for (const { path, method } of MANAGEMENT) found.set(path, [...(found.get(path) ?? []), method]);
  return found;
}

/** Nothing of the API is to be kept, framed, sniffed or run. */
function headers({ publicUrl }: Pick<Services, 'publicUrl'>): RequestHandler {
  const guard = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: publicUrl.startsWith('https:'),
  });
  return (request, response, next) => {
    response.set('cache-control', 'no-store');
    // by this a command line learns that it is older than its server
    response.set('x-gateway-version', VERSION);
    guard(request, response, next);
  };
}
