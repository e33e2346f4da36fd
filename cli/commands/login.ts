import { Option } from 'commander';
import { GatewayError } from '../../shared/errors.ts';
import { readKey } from '../access.ts';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';
import { changeCredentials, type PendingLogin, readCredentials } from '../credentials.ts';
import { credentialStore } from '../keychain/policy.ts';
import type { LoggedIn } from '../login/finish.ts';
import { ownFlags } from '../own-flags.ts';
import { readSecret } from '../secret-input.ts';

interface Options {
  browser: boolean;
  start?: boolean;
  complete?: boolean;
  wait?: number;
  email?: string;
  code?: string;
  withKey?: string;
}

/** `gateway login`, in all its forms. */
export const command = (context: Context) =>
  make('login', {
    example: 'gateway login --start --json',
    prints: `{"status":"action_required","verification_uri":"https://…/device","user_code":"ABCD-EFGH", …,"next":[{"command":"gateway login --complete", …}]}`,
    lines: true,
    output: async () => (await import('../login/schema.ts')).loginOutput,
    errors: ['login_denied', 'login_expired', 'login_pending', 'invalid_api_key', 'input_required'],
  })
    .option('--no-browser', 'print the address only, and wait')
    .addOption(
      new Option('--start', 'start the sign-in and return; this is what happens without a terminal').conflicts([
        'complete',
        'email',
        'withKey',
      ]),
    )
    .addOption(new Option('--complete', 'finish a sign-in that was started').conflicts(['email', 'withKey']))
    .option('--wait <s>', 'with --complete: wait up to so many seconds for the approval', seconds)
    .addOption(new Option('--email <address>', 'sign in with a code for this e-mail address').conflicts(['withKey']))
    .option('--code <code>', 'with --email: the code; - for stdin')
    .option('--with-key <source>', 'sign in with an API key from stdin (-) or a file (@path)')
    .action(async (options: Options) => {
      checkTogether(options);
      context.preview({ action: 'login', server: context.settings.apiUrl, profile: context.settings.profile });
      // a wrong setting, a damaged file or a read-only folder is told before a person is sent to approve
      credentialStore(context);
      await changeCredentials(context, () => {});
      if (options.withKey !== undefined) await withKey(context, options.withKey);
      else if (options.email !== undefined) await withEmail(context, options.email, options.code);
      else if (options.complete) await complete(context, options.wait ?? 0);
      else if (options.start || (options.browser && !context.mayAsk)) await start(context);
      else await wait(context, options.browser);
    });

function checkTogether({ wait, complete, code, email }: Options): void {
  if (wait !== undefined && !complete)
    throw new GatewayError('usage', '--wait goes with --complete.', { param: '--wait' });
  if (code !== undefined && email === undefined)
    throw new GatewayError('usage', '--code goes with --email.', { param: '--code' });
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 86_400))
    throw new GatewayError('usage', '--wait must be a number of seconds, such as 60.', { param: '--wait' });
  return value;
}

/** Device flow in one go: tells the address and the code, opens the browser, waits. */
async function wait(context: Context, browser: boolean): Promise<void> {
  const { approvalFacts, completeDeviceLogin, startDeviceLogin } = await import('../login/device.ts');
  const { discovery, pending } = await startDeviceLogin(context);
  const url = pending.verification_uri_complete ?? pending.verification_uri;
  const { tellApproval } = await import('../login/tell-approval.ts');
  const stop = await tellApproval(context, approvalFacts(pending));
  if (browser) (await import('../login/open-browser.ts')).openBrowser(url);
  try {
    await welcome(context, (await completeDeviceLogin(context, discovery, pending, pending.expires_at))!, {
      event: 'result',
    });
  } finally {
    stop();
  }
}

/** The first of two steps. */
async function start(context: Context): Promise<void> {
  const { approvalFacts, startOnce } = await import('../login/device.ts');
  const pending = await startOnce(context);
  const next = [
    { command: `gateway login --complete${ownFlags(context)}`, when: 'after the person approved in the browser' },
  ];
  await context.show({ status: 'action_required', ...approvalFacts(pending), next }, (shown) =>
    [
      `Open ${shown.verification_uri_complete ?? shown.verification_uri}`,
      `and check that it shows the code ${shown.user_code}. Approve, then run:`,
      '',
      `  ${shown.next[0]!.command}`,
    ].join('\n'),
  );
}

/** The second step: one look, or waiting for up to `waitS` seconds. */
async function complete(context: Context, waitS: number): Promise<void> {
  const stored = readCredentials(context.settings.configDir);
  const { profile } = context.settings;
  const pending = stored.pending[profile];
  if (!pending) {
    const done = stored.profiles[profile];
    if (done?.type === 'oidc') return welcome(context, { logged_in: true, user: done.user });
    throw new GatewayError('not_logged_in', 'No sign-in was started here.', {
      hint: `Run \`gateway login --start${ownFlags(context)}\` first.`,
      next: [{ command: `gateway login --start${ownFlags(context)}`, when: 'to start one' }],
    });
  }
  const { apiUrl, apiUrlSource } = context.settings;
  if (pending.api_url !== apiUrl && (apiUrlSource === 'flag' || apiUrlSource === 'environment')) {
    throw new GatewayError(
      'wrong_server',
      `The sign-in that was started is for ${pending.api_url}, not for ${apiUrl}.`,
      {
        hint: 'Leave out the other address, or start again with `gateway login --start`.',
        next: [
          { command: `gateway login --complete${ownFlags(context)}`, when: 'to finish the one that was started' },
          { command: `gateway login --start${ownFlags(context)} --api-url ${apiUrl}`, when: 'to start one there' },
        ],
      },
    );
  }
  context.useServer(pending.api_url);
  const [{ completeDeviceLogin, dropPending, endsLogin }, { discover }] = await Promise.all([
    import('../login/device.ts'),
    import('../login/discover.ts'),
  ]);
  try {
    const discovery = await discover(context);
    const loggedIn = await completeDeviceLogin(context, discovery, pending, context.now() + waitS * 1000);
    if (!loggedIn) throw stillPending(context, pending);
    await welcome(context, loggedIn);
  } catch (error) {
    if (!endsLogin(error)) throw error;
    const now = readCredentials(context.settings.configDir);
    const done = now.profiles[profile];
    // the code is spent: another process has completed the same sign-in meanwhile
    if (!now.pending[profile] && done?.type === 'oidc' && done.api_url === pending.api_url)
      return welcome(context, { logged_in: true, user: done.user });
    await dropPending(context, pending.device_code);
    throw error;
  }
}

function stillPending(context: Context, pending: PendingLogin): GatewayError {
  const again = `gateway login --complete${ownFlags(context)}`;
  const page = pending.verification_uri_complete ?? pending.verification_uri;
  return new GatewayError('login_pending', `Nobody has approved the code ${pending.user_code} yet.`, {
    retryAfterS: Math.ceil(pending.interval),
    hint: `Approve it at ${page}, then run \`${again}\`.`,
    next: [{ command: again, when: 'after the person approved' }],
  });
}

async function withEmail(context: Context, email: string, code: string | undefined): Promise<void> {
  const { completeEmailLogin, sendEmailCode } = await import('../login/email.ts');
  if (code !== undefined)
    return welcome(
      context,
      await completeEmailLogin(context, email, code === '-' ? await readSecret(context, code, '--code') : code),
    );
  const { expiresInS, delivered } = await sendEmailCode(context, email);
  const where =
    delivered === 'mail'
      ? `A code was sent to ${email}.`
      : `A code for ${email} was made. ${context.settings.apiUrl} sends no mail: whoever runs the server finds the code in its log.`;
  if (context.mayAsk) {
    context.note(where);
    return welcome(
      context,
      await completeEmailLogin(context, email, (await context.ask('The six digits', '--code')).trim()),
    );
  }
  const next = [
    {
      command: `gateway login --email ${email} --code <code>${ownFlags(context)}`,
      when: delivered === 'mail' ? 'with the code from the e-mail' : "with the code from the server's log",
    },
  ];
  const value = {
    status: 'action_required',
    email,
    delivered,
    expires_at: new Date(context.now() + expiresInS * 1000).toISOString(),
    next,
  };
  await context.show(value, (shown) => `${where} With it, run:\n\n  ${shown.next[0]!.command}`);
}

async function withKey(context: Context, source: string): Promise<void> {
  const key = await readKey(context, source, '--with-key');
  const { finishWithKey } = await import('../login/finish.ts');
  await welcome(context, await finishWithKey(context, key));
}

async function welcome(context: Context, result: LoggedIn, before: { event?: string } = {}): Promise<void> {
  if (context.env.GATEWAY_API_KEY)
    context.note('GATEWAY_API_KEY is set: it goes before this login. Unset it to use the login.');
  await context.show(
    { ...before, ...result },
    ({ user }, paint) =>
      `${paint.green('Signed in')} as ${user.display_name}${user.email && user.email !== user.display_name ? ` <${user.email}>` : ''}.`,
  );
}
