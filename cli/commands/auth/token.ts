import { authFacts } from '../../auth-facts.ts';
import { bearerFor } from '../../bearer.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';

/** `gateway auth token`: the secret that calls to the management API carry, for `curl` and scripts. */
export const command = (context: Context) =>
  make('token', {
    example: 'gateway auth token --json',
    prints: '{"token":"eyJ…","type":"access_token","expires_at":"2026-01-01T00:00:00.000Z"}',
    output: async () => (await import('../../auth-schema.ts')).tokenOutput,
    errors: ['not_logged_in', 'invalid_token', 'wrong_server'],
  }).action(async () => {
    const { token } = (await bearerFor(context, 'key'))!;
    const { auth } = authFacts(context);
    const type = auth?.method === 'oidc' ? ('access_token' as const) : ('api_key' as const);
    await context.show({ token, type, expires_at: auth?.expires_at ?? null }, (shown) => shown.token);
  });
