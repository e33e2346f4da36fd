import { Option } from 'commander';
import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { keyFrom, keyOption } from './key.ts';
import { collect, settingsFrom } from './settings.ts';

interface Options {
  baseUrl?: string;
  label?: string;
  status?: 'active' | 'disabled';
  region?: string;
  setting?: string[];
  settingEnv?: string[];
  key?: string;
  keyEnv?: string;
  keyStdin?: boolean;
}

/** `gateway providers update <id>` */
export const command = (context: Context) =>
  keyOption(
    make('update', {
      example: 'gateway providers update deepseek --status disabled --json',
      prints:
        '{"id":"pvk_1a2b","provider":"deepseek","label":"default","base_url":null,"settings":{},"key_hint":"cdef","status":"disabled", …}',
      output: async () => (await import('../../../shared/contracts/provider-keys.ts')).providerKeySchema,
      errors: ['not_logged_in', 'not_found', 'permission_denied', 'conflict'],
    }),
  )
    .argument('<id>', "its id, its provider's name, or name/label where there are several")
    .option('--label <label>', 'another label')
    .option('--base-url <url>', 'where it is from now on; with the key again, if it has one')
    .addOption(new Option('--status <status>', 'whether it is used').choices(['active', 'disabled']))
    .option('--region <region>', 'short for --setting region=…')
    .option('--setting <name=value>', 'a setting to change; a value of @path is read from a file', collect)
    .option('--setting-env <name=variable>', 'the same from an environment variable, for what is secret', collect)
    .action(async (id: string, options: Options) => {
      const settings = settingsFrom(context, options);
      const named = [options.key, options.keyEnv, options.keyStdin].some((flag) => flag !== undefined);
      const body = {
        ...(named && { key: await keyFrom(context, options) }),
        ...(options.label !== undefined && { label: options.label }),
        ...(options.baseUrl !== undefined && { base_url: options.baseUrl }),
        ...(options.status !== undefined && { status: options.status }),
        ...(Object.keys(settings).length > 0 && { settings }),
      };
      if (Object.keys(body).length === 0) {
        throw new GatewayError('usage', 'Nothing to change: give --label, --base-url, --status, --key or --setting.');
      }
      const { updateProviderKey } = await import('../../../shared/contracts/provider-keys.ts');
      const flags = { label: '--label', base_url: '--base-url', settings: '--setting', key: '--key' };
      const changed = await context.call(updateProviderKey, { params: { id }, body }, { flags });
      await context.show(
        changed,
        (shown) => `Changed the key "${shown.label}" at ${shown.provider} (${shown.status}).`,
      );
    });
