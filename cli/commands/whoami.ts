import { storedLogin } from '../access.ts';
import { type AuthFacts, authFacts, storagePlace } from '../auth-facts.ts';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';
import { DEFAULT_PROFILE } from '../settings.ts';
import { factLines } from '../table.ts';

/** `gateway whoami [--offline]` */
export const command = (context: Context) =>
  make('whoami', {
    example: 'gateway whoami --json',
    prints:
      '{"id":"usr_…","display_name":"Ann","email":"ann@example.com","balance_usd":"4.20", …,"auth":{"method":"oidc","source":"login", …},"warnings":[]}',
    output: async () => (await import('../auth-schema.ts')).whoamiOutput,
    errors: ['not_logged_in', 'invalid_api_key', 'invalid_token', 'wrong_server'],
  })
    .option('--offline', 'only what is stored here; asks no server')
    .action(async ({ offline }: { offline?: boolean }) => {
      const { auth, login, warnings } = authFacts(context);
      if (!auth) storedLogin(context); // throws why there is none
      const { apiUrl: api_url, profile } = context.settings;
      const known = offline
        ? auth!.source === 'login'
          ? login!.user
          : {}
        : await context.call((await import('../../shared/contracts/account.ts')).me);
      const value: Shown = { ...known, auth: auth!, api_url, profile, warnings };
      await context.show(value, (shown, paint, width) => {
        for (const warning of warnings) context.warn(warning);
        return factLines(
          paint,
          [
            ['name', shown.display_name],
            ['email', shown.email],
            ['balance', shown.balance_usd && `${shown.balance_usd} USD`],
            ['organisation', shown.organization?.name],
            ['project', shown.project?.name],
            ['role', shown.role],
            ['key', shown.key && `${shown.key.name} (${shown.key.key_prefix}…)`],
            ['server', shown.api_url],
            ['profile', profile === DEFAULT_PROFILE ? null : profile],
            [
              'signed in by',
              `${shown.auth.method === 'oidc' ? 'login' : 'API key'}, from ${storagePlace(context, shown.auth.storage)}`,
            ],
          ],
          width,
        );
      });
    });

interface Shown {
  display_name?: string;
  email?: string | null;
  balance_usd?: string;
  organization?: { name: string };
  project?: { name: string };
  role?: string;
  key?: { name: string; key_prefix: string } | null;
  auth: AuthFacts;
  api_url: string;
  profile: string;
  warnings: string[];
}
