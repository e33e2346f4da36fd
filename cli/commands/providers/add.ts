import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { RemoteError } from '../../remote-error.ts';
import { askKey, keyFrom, keyOption } from './key.ts';
import { collect, settingsFrom } from './settings.ts';

interface Options {
  baseUrl?: string;
  label?: string;
  region?: string;
  setting?: string[];
  settingEnv?: string[];
  key?: string;
  keyEnv?: string;
  keyStdin?: boolean;
}

/** `gateway providers add <name>` */
export const command = (context: Context) =>
  keyOption(
    make('add', {
      example: 'gateway providers add openai --key-env OPENAI_API_KEY --json',
      examples: ['gateway providers add acme --base-url https://llm.example.com/v1 --key-env OPENAI_API_KEY'],
      prints:
        '{"id":"pvk_1a2b","provider":"openai","label":"default","base_url":null,"settings":{},"key_hint":"cdef","status":"active", …}',
      output: async () => (await import('../../../shared/contracts/provider-keys.ts')).providerKeySchema,
      notes:
        'What a key of your own serves costs no credit. A name that `gateway providers list --all` does not have, with --base-url, is a provider of your own: its models are <name>/<model>.',
      errors: ['input_required', 'not_logged_in', 'permission_denied', 'conflict'],
    }),
  )
    .argument('<name>', "the provider's name, as `gateway providers list --all` has it, or one for your own")
    .option('--base-url <url>', 'where it is, for one of your own or behind a proxy')
    .option('--label <label>', 'to tell several keys of one provider apart (default: default)')
    .option('--region <region>', 'short for --setting region=…')
    .option('--setting <name=value>', 'what it takes besides a key; a value of @path is read from a file', collect)
    .option('--setting-env <name=variable>', 'the same from an environment variable, for what is secret', collect)
    .action(async (provider: string, options: Options) => {
      const settings = settingsFrom(context, options);
      const named = await keyFrom(context, options);
      // one of your own may have no key; what a known provider needs is the server's to say
      const key =
        named ?? (options.baseUrl !== undefined && context.mayAsk ? await askKey(context, provider) : undefined);
      const { addProviderKey } = await import('../../../shared/contracts/provider-keys.ts');
      const body = {
        provider,
        settings,
        ...(options.label !== undefined && { label: options.label }),
        ...(options.baseUrl !== undefined && { base_url: options.baseUrl }),
      };
      const flags = {
        provider: '<name>',
        base_url: '--base-url',
        label: '--label',
        settings: '--setting',
        key: '--key',
      };
      const add = (given: string | undefined) =>
        context.call(addProviderKey, { body: { ...body, ...(given !== undefined && { key: given }) } }, { flags });
      const added = await add(key).catch(async (error: unknown) => {
        if (key === undefined && lacksKey(error)) return add(await askKey(context, provider));
        throw error;
      });
      await context.show(
        added,
        (shown) =>
          `Added a key of your own at ${shown.provider} (${shown.id}). What it serves costs no credit.\nTry it with \`gateway providers test ${shown.provider}\`.`,
      );
    });

/** True for the answer that the provider needs a key. */
function lacksKey(error: unknown): boolean {
  return error instanceof RemoteError && error.code === 'invalid_request' && error.failure.param === '--key';
}
