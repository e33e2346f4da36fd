import type { Request, Response, Router } from 'express';
import type { ExternalSignIn } from '../identity/identity.ts';
import { type Console, field, nextPage } from './console.ts';
import { externalWait } from './pages/signin.ts';

/** Signing in to our pages with an external issuer: approve there, come back, go on. */
export function externalSignInRoutes(
  router: Router,
  { base, browsers, headers, form, show }: Console,
  external: ExternalSignIn,
): void {
  const TITLE = 'Approve the sign-in';

  router.post('/signin/external', headers, form, async (request: Request, response: Response) => {
    const view = await browsers.view(request, response);
    const next = nextPage(field(request.body, 'next'));
    show(response, view, TITLE, externalWait(view, { next, ...(await external.start()) }));
  });

  router.post('/signin/external/complete', headers, form, async (request: Request, response: Response) => {
    const ticket = field(request.body, 'ticket');
    const next = nextPage(field(request.body, 'next'));
    const person = await external.complete(ticket);
    if (person) {
      await browsers.signIn(request, response, person.userId);
      return response.redirect(303, base + next);
    }
    const view = await browsers.view(request, response);
    const approveAt = field(request.body, 'approve_at');
    const shown = {
      ticket,
      userCode: field(request.body, 'user_code'),
      approveAt: /^https?:\/\//.test(approveAt) ? approveAt : base,
    };
    show(response, view, TITLE, externalWait(view, { next, ...shown, failure: 'It has not been approved yet.' }));
  });
}
