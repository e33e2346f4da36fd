import type { Request, Response, Router } from 'express';
import { GatewayError } from '../../shared/errors.ts';
import { type Console, field } from './console.ts';
import type { View } from './page.ts';
import { topupPage } from './pages/topup.ts';
import { showSignIn } from './signin-routes.ts';
import { findTopup, grantTopup } from './topups.ts';

/** `/topup/:id`: with no payment provider, the server's owner grants credit by hand. Nobody else sees or can do it. */
export function topupRoutes(router: Router, console: Console): void {
  const { services, base, browsers, headers, form, show } = console;
  const TITLE = 'Add credit';
  const find = async (view: View, id: string) => {
    if (!view.person?.isOwner) {
      throw new GatewayError('permission_denied', 'Only the owner of this server grants credit.', {
        hint: 'Send them the address of this page.',
      });
    }
    const topup = await findTopup(services, id);
    if (!topup)
      throw new GatewayError('not_found', 'There is no such top-up.', {
        hint: 'Run `gateway topup --amount 5` for a new one.',
      });
    return topup;
  };

  router.get('/topup/:id', headers, async (request, response) => {
    const view = await browsers.view(request, response);
    const id = field(request.params, 'id');
    if (!view.person) return showSignIn(console, response, view, `/topup/${id}`);
    show(response, view, TITLE, topupPage(view, await find(view, id)));
  });

  router.post('/topup/:id', headers, form, async (request: Request, response: Response) => {
    const view = await browsers.view(request, response);
    const id = field(request.params, 'id');
    const topup = await find(view, id);
    const granted = await grantTopup(services, topup.id, view.person!.userId);
    if (granted) services.log.info({ topup: id, owner: view.person!.userId }, 'credit was granted by hand');
    response.redirect(303, `${base}/topup/${topup.id}`);
  });
}
