import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';

/** `gateway providers test <id>`: a provider that refuses the key is a failure of the command. */
export const command = (context: Context) =>
  make('test', {
    example: 'gateway providers test openai --model gpt-4o-mini --json',
    prints:
      '{"id":"pvk_1a2b","provider":"openai","label":"default","ok":true,"checked":"completion","latency_ms":212,"status_code":200,"error":null}',
    output: async () => (await import('../../../shared/contracts/provider-keys.ts')).testProviderKey.reply,
    errors: ['not_logged_in', 'not_found', 'permission_denied', 'conflict', 'provider_credentials', 'provider_error'],
  })
    .argument('<id>', "its id, its provider's name, or name/label where there are several")
    .option('--model <id>', "ask for a token of this model, by the provider's own name")
    .action(async (id: string, { model }: { model?: string }) => {
      const { testProviderKey } = await import('../../../shared/contracts/provider-keys.ts');
      const body = model === undefined ? {} : { model };
      const tried = await context.call(testProviderKey, { params: { id }, body }, { flags: { model: '--model' } });
      if (!tried.ok) throw failureOf(tried.status_code, tried.error ?? `${tried.provider} failed.`, tried.provider);
      await context.show(
        tried,
        (shown) =>
          `It works: ${shown.provider} answered in ${shown.latency_ms} ms (${shown.checked === 'models' ? 'its list of models' : 'a completion'}).`,
      );
    });

function failureOf(status: number | null, message: string, provider: string): GatewayError {
  if (status === null)
    return new GatewayError('provider_unavailable', message, { hint: 'Check its address and try again.' });
  if (status !== 401 && status !== 403) return new GatewayError('provider_error', message);
  return new GatewayError('provider_credentials', message, {
    hint: `Replace the key with \`gateway providers update ${provider} --key -\`.`,
    next: [{ command: 'gateway providers list', when: 'to see the keys there are' }],
  });
}
