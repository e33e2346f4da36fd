import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { configure, oauthError, oauthFailure } from '../oauth.ts';
import { type Discovery, discover, tokenParameters } from './discover.ts';
import { finish, type LoggedIn } from './finish.ts';

/** Has a six-digit code made for the address, and says where it went: a server without mail has it in its log. */
export async function sendEmailCode(
  context: Context,
  email: string,
): Promise<{ expiresInS: number; delivered: 'mail' | 'log' }> {
  await discoverEmail(context);
  const { emailCode } = await import('../../shared/contracts/account.ts');
  const { expires_in, delivered } = await context.call(emailCode, { body: { email } });
  return { expiresInS: expires_in, delivered };
}

/** Exchanges the code for tokens and stores the login. */
export async function completeEmailLogin(context: Context, email: string, code: string): Promise<LoggedIn> {
  const discovery = await discoverEmail(context);
  const { genericGrantRequest } = await import('openid-client');
  const { timeoutMs } = context.globals;
  try {
    const tokens = await genericGrantRequest(configure(discovery, timeoutMs), discovery.email_code_grant_type, {
      ...tokenParameters(discovery),
      email,
      code,
    });
    return await finish(context, discovery, tokens);
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    const { error, description } = oauthFailure(cause, context.now());
    if (error === 'invalid_grant') {
      throw new GatewayError(
        'invalid_token',
        description
          ? `The code was not accepted: ${description}.`.replace(/\.\.$/, '.')
          : 'The code is wrong or has expired.',
        {
          cause,
          hint: 'Check the code, or ask for a new one.',
          next: [{ command: `gateway login --email ${email}`, when: 'to get a new code' }],
        },
      );
    }
    throw oauthError(cause, discovery.token_endpoint, context.now(), timeoutMs);
  }
}

async function discoverEmail(context: Context): Promise<Discovery & { email_code_grant_type: string }> {
  const discovery = await discover(context);
  const { email_code_grant_type } = discovery;
  if (email_code_grant_type === null || discovery.email_code_endpoint === null) {
    throw new GatewayError('usage', `${context.settings.apiUrl} does not sign in by e-mail.`, {
      param: '--email',
      hint: 'Run `gateway login` and approve in the browser.',
    });
  }
  return { ...discovery, email_code_grant_type };
}
