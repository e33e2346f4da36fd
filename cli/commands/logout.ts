import { existsSync } from 'node:fs';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';
import {
  type Credentials,
  changeCredentials,
  credentialsFile,
  isUnusable,
  type LoginRecord,
  readCredentials,
  setAside,
} from '../credentials.ts';
import { allRevoked, openLeaving, revoke } from '../login/revoke.ts';

/** `gateway logout [--all]` */
export const command = (context: Context) =>
  make('logout', {
    example: 'gateway logout --json',
    prints: '{"logged_out":true,"revoked":true}',
    output: async () => {
      const { z } = await import('zod');
      return z.object({
        logged_out: z.literal(true),
        revoked: z.boolean(),
        moved_aside: z.string().optional(),
        warnings: z.array(z.string()).optional(),
      });
    },
    errors: ['confirmation_required', 'credentials_corrupt'],
  })
    .option(
      '--all',
      'every profile, and the cached API keys; also repairs a damaged credentials file by moving it aside',
    )
    .action(async ({ all }: { all?: boolean }) => {
      // with --all a damaged file must not stand in the way of finding the folder
      const { configDir, profile } = all ? { configDir: context.configDir, profile: '' } : context.settings;
      context.preview({ action: 'logout', profiles: all ? 'all' : [profile], file: credentialsFile(configDir) });
      if (all) await context.confirm('Sign out of every profile and forget the cached API keys?');
      const aside = all ? moveDamagedAside(context, configDir) : undefined;
      const forgotten = existsSync(credentialsFile(configDir))
        ? await context.signals.hold(
            changeCredentials(context, (stored) => {
              const leaving = forget(stored, all ? undefined : profile);
              return Promise.all(leaving.map((login) => openLeaving(context, login)));
            }),
          )
        : [];
      const outcomes = await Promise.all(forgotten.map((login) => revoke(context, login)));
      const warnings = leftBehind(context);
      const result = {
        logged_out: true as const,
        revoked: allRevoked(outcomes),
        ...(aside ? { moved_aside: aside } : {}),
        ...(warnings.length > 0 ? { warnings } : {}),
      };
      for (const warning of warnings) context.warn(warning);
      await context.show(result, (shown) =>
        [
          forgotten.length === 0 ? 'There was nothing to sign out of.' : 'Signed out.',
          outcomes.includes('failed') ? 'The server could not be told: its tokens end by themselves.' : '',
          forgotten.some(({ type }) => type === 'api_key')
            ? 'The API key itself still works: `gateway keys revoke` ends it.'
            : '',
          shown.moved_aside ? `The damaged file is now ${shown.moved_aside}.` : '',
        ]
          .filter(Boolean)
          .join(' '),
      );
    });

/** What still lets somebody in after this. */
function leftBehind({ env, configDir }: Context): string[] {
  const warnings: string[] = [];
  if (env.GATEWAY_API_KEY) warnings.push('GATEWAY_API_KEY is still set: commands go on with that key. Unset it too.');
  const entries = readCredentials(configDir).keychain_orphans ?? [];
  if (entries.length > 0)
    warnings.push(
      `The keychain did not answer: ${entries.length === 1 ? 'an entry' : `${entries.length} entries`} of "gateway" may still be in it. The next \`gateway logout\` tries again.`,
    );
  return warnings;
}

function moveDamagedAside(context: Context, configDir: string): string | undefined {
  try {
    readCredentials(configDir);
    return undefined;
  } catch (error) {
    if (!isUnusable(error)) throw error;
    return setAside(configDir, context.now());
  }
}

/** Takes the logins out; the API keys that were cached for their servers go too. */
function forget(stored: Credentials, profile: string | undefined): LoginRecord[] {
  const names =
    profile === undefined
      ? Object.keys(stored.profiles)
      : [profile].filter((name) => Object.hasOwn(stored.profiles, name));
  const logins = names.map((name) => stored.profiles[name]!);
  for (const name of names) delete stored.profiles[name];
  if (stored.keychain_orphans) delete stored.keychain_failed; // it is asked again to delete them
  for (const name of profile === undefined ? Object.keys(stored.pending) : [profile]) delete stored.pending[name];
  const stillUsed = new Set(Object.values(stored.profiles).map((login) => login.api_url));
  for (const server of Object.keys(stored.last_keys)) {
    if (profile === undefined || (logins.some((login) => login.api_url === server) && !stillUsed.has(server)))
      delete stored.last_keys[server];
  }
  return logins;
}
