import express, { type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import { createBrowsers } from './browser.ts';
import type { Console, ConsoleServices } from './console.ts';
import { deviceRoutes } from './device-routes.ts';
import { showFailure } from './failure.ts';
import { homeRoutes } from './home-routes.ts';
import { page } from './page.ts';
import { signInRoutes } from './signin-routes.ts';
import { STYLE } from './style.ts';
import { topupRoutes } from './topup-routes.ts';

/** The pages people see, to be mounted at the root: home, sign-in, approving a device, granting a top-up. */
export function consoleRoutes(services: ConsoleServices): Router {
  const base = new URL(services.publicUrl).pathname.replace(/\/$/, '');
  const browsers = createBrowsers(services, base);
  const parts: Console = {
    services,
    base,
    browsers,
    headers: pageHeaders(services.publicUrl.startsWith('https:')),
    form: [
      express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 20 }),
      (request, _response, next) => {
        browsers.checkForm(request);
        next();
      },
    ],
    show: (response, view, title, content, status = 200) =>
      response
        .status(status)
        .type('html')
        .send(page(view, title, content)),
  };
  const router = express.Router({ strict: false });
  router.get('/console.css', (_request, response) => {
    response.type('css').set('cache-control', 'public, max-age=3600').send(STYLE);
  });
  homeRoutes(router, parts);
  signInRoutes(router, parts);
  deviceRoutes(router, parts);
  topupRoutes(router, parts);
  router.use(showFailure(parts));
  return router;
}

function pageHeaders(https: boolean): RequestHandler {
  const guard = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ['data:'],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: https,
    xFrameOptions: { action: 'deny' },
  });
  return (request, response, next) => {
    response.set('cache-control', 'no-store');
    guard(request, response, next);
  };
}
