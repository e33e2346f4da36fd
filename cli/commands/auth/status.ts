import { authFacts, storagePlace } from '../../auth-facts.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { factLines } from '../../table.ts';

/** `gateway auth status`: which credential commands would use. Asks no server, succeeds also when there is none. */
export const command = (context: Context) =>
  make('status', {
    example: 'gateway auth status --json',
    prints:
      '{"authenticated":true,"auth":{"method":"api_key","source":"environment","storage":"environment","expires_at":null}, …}',
    output: async () => (await import('../../auth-schema.ts')).statusOutput,
  }).action(async () => {
    const { auth, warnings } = authFacts(context);
    const { apiUrl: api_url, apiUrlSource: api_url_source, profile, profileSource: profile_source } = context.settings;
    const value = {
      authenticated: auth !== undefined,
      auth: auth ?? null,
      api_url,
      api_url_source,
      profile,
      profile_source,
      warnings,
    };
    await context.show(value, (shown, paint, width) => {
      for (const warning of warnings) context.warn(warning);
      return factLines(
        paint,
        [
          ['signed in', shown.auth ? `yes, by ${shown.auth.method === 'oidc' ? 'login' : 'API key'}` : 'no'],
          ['credential', shown.auth && storagePlace(context, shown.auth.storage)],
          ['token until', shown.auth?.expires_at],
          ['server', `${shown.api_url} (${shown.api_url_source})`],
          ['profile', `${shown.profile} (${shown.profile_source})`],
        ],
        width,
      );
    });
  });
