import type { Request, Response, Router } from 'express';
import { GatewayError } from '../../shared/errors.ts';
import type { EmbeddedSignIn } from '../identity/identity.ts';
import { type Console, field, nextPage } from './console.ts';
import { externalSignInRoutes } from './external-signin-routes.ts';
import type { View } from './page.ts';
import { codeForm, emailForm, externalForm } from './pages/signin.ts';

/** Refusals that the person can mend in the form itself. */
const MENDABLE = new Set(['invalid_request', 'invalid_token', 'gone', 'rate_limit_exceeded']);

/** `/signin` and `/signout`. */
export function signInRoutes(router: Router, console: Console): void {
  const { services, base, browsers, headers, form } = console;
  const { embedded, external } = services.identity;

  router.get('/signin', headers, async (request, response) => {
    const view = await browsers.view(request, response);
    showSignIn(console, response, view, nextPage(field(request.query, 'next')));
  });
  router.post('/signout', headers, form, async (request: Request, response: Response) => {
    await browsers.signOut(request, response);
    response.redirect(303, `${base}/`);
  });
  if (embedded) emailRoutes(router, console, embedded);
  if (external) externalSignInRoutes(router, console, external);
}

/** The sign-in page, also where a page needs a person and has none. */
export function showSignIn({ services, show }: Console, response: Response, view: View, next: string): void {
  const { external } = services.identity;
  show(response, view, 'Sign in', external ? externalForm(view, external.issuer, { next }) : emailForm(view, { next }));
}

/** An address, then the code that was sent to it. */
function emailRoutes(
  router: Router,
  { services, base, browsers, headers, form, show }: Console,
  embedded: EmbeddedSignIn,
): void {
  const askForCode = (response: Response, view: View, given: Parameters<typeof codeForm>[2], status?: number) =>
    show(response, view, 'Enter the code', codeForm(view, embedded.sendsMail, given), status);

  router.post('/signin', headers, form, async (request: Request, response: Response) => {
    const view = await browsers.view(request, response);
    const email = field(request.body, 'email');
    const next = nextPage(field(request.body, 'next'));
    try {
      await services.identity.sendEmailCode(email, request.ip ?? '');
    } catch (error) {
      const { failure, status } = mendable(error, response);
      return show(response, view, 'Sign in', emailForm(view, { next, email, failure }), status);
    }
    askForCode(response, view, { next, email });
  });

  router.post('/signin/code', headers, form, async (request: Request, response: Response) => {
    const email = field(request.body, 'email');
    const next = nextPage(field(request.body, 'next'));
    try {
      const person = await embedded.byEmailCode(email, field(request.body, 'code'), request.ip ?? '');
      await browsers.signIn(request, response, person.userId);
    } catch (error) {
      const { failure, status } = mendable(error, response);
      return askForCode(response, await browsers.view(request, response), { next, email, failure }, status);
    }
    response.redirect(303, base + next);
  });
}

/** What to say in the form about a refusal; anything else goes on to be a page of its own. */
function mendable(error: unknown, response: Response): { failure: string; status: number } {
  if (!(error instanceof GatewayError) || !MENDABLE.has(error.code)) throw error;
  if (error.retryAfterS !== null) response.set('retry-after', String(error.retryAfterS));
  const wait = error.retryAfterS === null ? error.hint : `Try again in ${Math.ceil(error.retryAfterS / 60)} minutes.`;
  return { failure: `${error.message} ${wait}`, status: error.code === 'rate_limit_exceeded' ? 429 : 400 };
}
