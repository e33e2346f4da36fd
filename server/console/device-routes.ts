import type { Request, Response, Router } from 'express';
import { addressKey, limitAttempts } from '../identity/attempts.ts';
import type { DeviceRequest } from '../identity/device-requests.ts';
import type { EmbeddedSignIn } from '../identity/identity.ts';
import { type Console, field } from './console.ts';
import { html } from './html.ts';
import type { View } from './page.ts';
import { decisionForm, userCodeForm } from './pages/device.ts';
import { showSignIn } from './signin-routes.ts';

const GUESSES = 6;
const GUESSES_PER_S = 600;

const UNUSABLE: Record<Exclude<DeviceRequest['state'], 'waiting'>, string> = {
  decided: 'This code has been used already.',
  expired: 'This code has expired. Run `gateway login` again for a new one.',
};

/** `/device`: a signed-in person lets a device in, or refuses it (RFC 8628 §3.3). */
export function deviceRoutes(router: Router, console: Console): void {
  const { embedded } = console.services.identity;
  if (embedded) embeddedDeviceRoutes(router, console, embedded);
  else elsewhereRoute(router, console);
}

function elsewhereRoute(router: Router, console: Console): void {
  router.get('/device', console.headers, async (request, response) => {
    const view = await console.browsers.view(request, response);
    const { issuer } = await console.services.identity.discovery();
    const where = html`<p>This server signs people in with <a href="${issuer}" rel="noreferrer">${issuer}</a>, so devices are approved there.</p>
<p class="quiet">Run <code>gateway login</code>: it shows the address to open and the code to type.</p>`;
    console.show(response, view, 'Devices are approved elsewhere', where);
  });
}

function embeddedDeviceRoutes(router: Router, console: Console, embedded: EmbeddedSignIn): void {
  const { services, base, browsers, headers, form, show } = console;
  const guesses = limitAttempts(GUESSES, GUESSES_PER_S, 'Too many codes were tried.');

  /** Looks a code up for someone, and counts it as a guess unless it is real. */
  const lookUp = async (request: Request, view: View, userCode: string): Promise<DeviceRequest | undefined> => {
    const keys = [addressKey(request.ip ?? ''), `account:${view.person!.userId}`];
    await guesses.take(...keys);
    const found = await embedded.devices.find(userCode);
    if (found) await guesses.giveBack(...keys);
    return found;
  };

  const askForUserCode = (response: Response, view: View, given: { userCode?: string; failure?: string } = {}) =>
    show(response, view, 'Let a device in', userCodeForm(view, given), given.failure ? 400 : 200);

  router.get('/device', headers, async (request, response) => {
    const view = await browsers.view(request, response);
    const userCode = field(request.query, 'user_code').slice(0, 20);
    if (!view.person) {
      const query = /^[A-Za-z0-9-]+$/.test(userCode) ? `?user_code=${userCode}` : '';
      return showSignIn(console, response, view, `/device${query}`);
    }
    if (!userCode) return askForUserCode(response, view);
    const found = await lookUp(request, view, userCode);
    if (!found) return askForUserCode(response, view, { userCode, failure: 'No device is waiting with this code.' });
    if (found.state !== 'waiting') return askForUserCode(response, view, { failure: UNUSABLE[found.state] });
    show(response, view, 'Let this device in?', decisionForm(view, found, new Date()));
  });

  router.post('/device', headers, form, async (request: Request, response: Response) => {
    const view = await browsers.view(request, response);
    const userCode = field(request.body, 'user_code').slice(0, 20);
    const decision = field(request.body, 'decision');
    if (!view.person || !['approve', 'deny'].includes(decision)) {
      return response.redirect(303, `${base}/device?user_code=${encodeURIComponent(userCode)}`);
    }
    const found = await lookUp(request, view, userCode);
    if (!found) return askForUserCode(response, view, { userCode, failure: 'No device is waiting with this code.' });
    const { userId } = view.person;
    const done =
      decision === 'approve' ? await embedded.devices.approve(userCode, userId) : await embedded.devices.deny(userCode);
    if (!done) {
      const state = found.state === 'waiting' ? 'decided' : found.state;
      return askForUserCode(response, view, { failure: UNUSABLE[state] });
    }
    services.log.info({ user: userId, decision, address: found.address }, 'a device was decided upon');
    if (decision === 'approve') {
      show(
        response,
        view,
        'The device is in',
        html`<p class="note" role="status">You can close this page and go back to your terminal.</p>`,
      );
    } else {
      show(
        response,
        view,
        'Denied',
        html`<p class="note" role="status">The device was not let in. If you did not start this, nothing else is to do.</p>`,
      );
    }
  });
}
