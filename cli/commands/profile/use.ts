import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { readCredentials } from '../../credentials.ts';
import { nearest } from '../../nearest.ts';
import { DEFAULT_PROFILE } from '../../settings.ts';

/** `gateway profile use <name>` */
export const command = (context: Context) =>
  make('use', {
    example: 'gateway profile use work --json',
    prints: '{"profile":"work"}',
    output: async () => {
      const { z } = await import('zod');
      return z.object({ profile: z.string() });
    },
    errors: ['not_found', 'file_error'],
  })
    .argument('<name>', 'a profile that you signed in with')
    .action(async (name: string) => {
      const { configDir } = context.settings;
      const known = Object.keys(readCredentials(configDir).profiles);
      if (name !== DEFAULT_PROFILE && !known.includes(name)) {
        const near = nearest(name, known);
        throw new GatewayError('not_found', `There is no profile "${name}" here.`, {
          status: undefined,
          hint: `${near ? `Did you mean ${near}? Else sign` : 'Sign'} in with \`gateway login --profile ${name}\` first.`,
        });
      }
      context.preview({ action: 'use profile', profile: name });
      const { setPreference } = await import('../../preferences.ts');
      await setPreference(context, 'profile', name === DEFAULT_PROFILE ? undefined : name);
      await context.show({ profile: name }, (shown) => `Commands now use the profile "${shown.profile}".`);
      if (context.env.GATEWAY_PROFILE) context.note('GATEWAY_PROFILE is set: it goes before this choice.');
    });
