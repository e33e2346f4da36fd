import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { type Credentials, changeCredentials, type PendingLogin, readCredentials } from '../credentials.ts';
import { configure, oauthError } from '../oauth.ts';
import { type Discovery, discover, tokenParameters } from './discover.ts';
import { finish, type LoggedIn } from './finish.ts';
import { waitForApproval } from './wait-for-approval.ts';

/** RFC 8628 section 3.2: the interval when the issuer names none. */
const DEFAULT_INTERVAL_S = 5;

/** Asks the issuer for a device code (RFC 8628 section 3.1). */
export async function startDeviceLogin(context: Context): Promise<{ discovery: Discovery; pending: PendingLogin }> {
  const discovery = await discover(context);
  const { initiateDeviceAuthorization } = await import('openid-client');
  const { timeoutMs } = context.globals;
  try {
    const answer = await initiateDeviceAuthorization(configure(discovery, timeoutMs), tokenParameters(discovery));
    const pending: PendingLogin = {
      api_url: context.settings.apiUrl,
      device_code: answer.device_code,
      user_code: answer.user_code,
      verification_uri: answer.verification_uri,
      verification_uri_complete: answer.verification_uri_complete ?? null,
      expires_at: context.now() + answer.expires_in * 1000,
      interval: answer.interval ?? DEFAULT_INTERVAL_S,
    };
    return { discovery, pending };
  } catch (error) {
    throw oauthError(error, discovery.device_authorization_endpoint, context.now(), timeoutMs);
  }
}

/** What a person needs to approve: the fields of the JSON lines and of `--start`. */
export function approvalFacts(pending: PendingLogin) {
  return {
    verification_uri: pending.verification_uri,
    verification_uri_complete: pending.verification_uri_complete,
    user_code: pending.user_code,
    expires_at: new Date(pending.expires_at).toISOString(),
    interval: pending.interval,
  };
}

/** Waits for the person's decision, then stores the login. Undefined when `until` has come first. */
export async function completeDeviceLogin(
  context: Context,
  discovery: Discovery,
  pending: PendingLogin,
  until: number,
): Promise<LoggedIn | undefined> {
  const tokens = await waitForApproval({
    configuration: configure(discovery, context.globals.timeoutMs),
    pending,
    parameters: { resource: discovery.resource, audience: discovery.resource },
    until,
    now: () => context.now(),
    sleep: (ms) => sleep(ms),
    onTrouble: (what) =>
      context.globals.debug && context.note(`The sign-in server is in trouble (${what}); still waiting.`),
  });
  return tokens && finish(context, discovery, tokens);
}

/** A sign-in with less time than this is not shown again: a person needs a minute. */
const TIME_TO_APPROVE_MS = 60_000;

/**
 * The sign-in for `login --complete`: the one that was started here for this server and can still be approved, else a new
 * one. However often and however much at once it is asked for, one code is shown, so that whichever is approved counts.
 */
export async function startOnce(context: Context): Promise<PendingLogin> {
  const { configDir, profile } = context.settings;
  const there = startedBefore(context, readCredentials(configDir));
  if (there) return there;
  const { pending } = await startDeviceLogin(context);
  return changeCredentials(context, (credentials) => {
    const sooner = startedBefore(context, credentials);
    credentials.pending[profile] = sooner ?? pending;
    return sooner ?? pending;
  });
}

function startedBefore(context: Context, { pending }: Credentials): PendingLogin | undefined {
  const { apiUrl, profile } = context.settings;
  const there = pending[profile];
  const isGood = there?.api_url === apiUrl && there.expires_at - context.now() > TIME_TO_APPROVE_MS;
  return isGood ? there : undefined;
}

/** Forgets a started login: it is complete, denied or expired. */
export async function dropPending(context: Context, deviceCode: string): Promise<void> {
  const { profile } = context.settings;
  await changeCredentials(context, (credentials) => {
    if (credentials.pending[profile]?.device_code === deviceCode) delete credentials.pending[profile];
  });
}

/** True for the failures after which the device code is worth nothing any more. */
export function endsLogin(error: unknown): boolean {
  return error instanceof GatewayError && (error.code === 'login_denied' || error.code === 'login_expired');
}
