import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { changeCredentials, readCredentials } from '../../credentials.ts';
import { openLeaving, revoke } from '../../login/revoke.ts';

/** `gateway profile remove <name>` */
export const command = (context: Context) =>
  make('remove', {
    example: 'gateway profile remove work --yes --json',
    prints: '{"profile":"work","removed":true,"revoked":true}',
    output: async () => {
      const { z } = await import('zod');
      return z.object({ profile: z.string(), removed: z.boolean(), revoked: z.boolean() });
    },
    errors: ['confirmation_required', 'not_found', 'file_error'],
  })
    .argument('<name>', 'the profile to sign out of and forget')
    .action(async (name: string) => {
      const { configDir } = context.settings;
      if (!Object.hasOwn(readCredentials(configDir).profiles, name))
        throw new GatewayError('not_found', `There is no profile "${name}" here.`, {
          hint: 'Run `gateway profile list` to see which there are.',
        });
      context.preview({ action: 'remove profile', profile: name });
      await context.confirm(`Sign out of the profile "${name}" and forget it?`);
      const login = await context.signals.hold(
        changeCredentials(context, (stored) => {
          const found = stored.profiles[name];
          delete stored.profiles[name];
          delete stored.pending[name];
          return found && openLeaving(context, found);
        }),
      );
      const revoked = login !== undefined && (await revoke(context, login)) === 'revoked';
      if (chosen(context, name))
        await (await import('../../preferences.ts')).setPreference(context, 'profile', undefined);
      await context.show(
        { profile: name, removed: login !== undefined, revoked },
        (shown) => `Removed the profile "${shown.profile}".`,
      );
    });

function chosen({ settings }: Context, name: string): boolean {
  return settings.profileSource === 'user' && settings.profile === name;
}
