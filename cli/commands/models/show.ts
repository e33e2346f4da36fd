import type { ProviderInfo } from '../../../shared/contracts/provider-keys.ts';
import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { modelNamed, plainName, withoutProvider } from '../../model-names.ts';
import { nearest } from '../../nearest.ts';
import type { Model } from '../../offered-models.ts';
import { perMillion } from '../../price.ts';
import { factLines } from '../../table.ts';

/** `gateway models show <id>` */
export const command = (context: Context) =>
  make('show', {
    example: 'gateway models show openai/gpt-4o-mini --json',
    prints:
      '{"id":"openai/gpt-4o-mini","name":"GPT-4o mini","context_window":128000,"max_output_tokens":16384,"pricing":{…},"formats":["openai"], …}',
    output: async () => (await import('../../../shared/contracts/models.ts')).modelSchema,
    errors: ['model_not_found'],
  })
    .argument('<id>', 'the model, as `models` lists it; without the provider, the first that has it')
    .action(async (id: string) => {
      const { offeredModels } = await import('../../offered-models.ts');
      const models = await offeredModels(context);
      const model = modelNamed(models, id);
      if (!model) {
        const known = models.map((each) => each.id);
        throw (await unlisted(context, id)) ?? unknown(id, known);
      }
      await context.show(model, (shown, paint, width) =>
        factLines(
          paint,
          [
            ['id', shown.id],
            ['name', shown.name],
            ['provider', shown.provider],
            ['context', shown.context_window === null ? null : `${shown.context_window} tokens`],
            ['output', shown.max_output_tokens === null ? null : `at most ${shown.max_output_tokens} tokens`],
            ...prices(shown),
            ['tiers', shown.service_tiers.map(({ name, multiplier }) => `${name} ×${multiplier}`).join(', ') || null],
            [
              'regions',
              shown.regions
                .map(({ name, input, output }) => `${name} (${perMillion(input)} in, ${perMillion(output)} out)`)
                .join(', ') || null,
            ],
            ['deprecated', shown.deprecated ? 'yes: its maker has announced the end' : null],
            ['can do', shown.capabilities.join(', ')],
            ['formats', shown.formats.join(', ') || null],
          ],
          width,
        ),
      );
    });

function prices({ pricing, capabilities }: Model): [string, string | null][] {
  if (pricing === null) return [['price', 'of the model that is chosen for each request']];
  const { input, output, cached_input, web_search } = pricing;
  return [
    ['price in', `${perMillion(input)} USD per million tokens`],
    ['price out', `${perMillion(output)} USD per million tokens`],
    ['price cached', cached_input && `${perMillion(cached_input)} USD per million tokens`],
    ['web search', capabilities.includes('web_search') && web_search ? `${web_search} USD each` : null],
  ];
}

/** What to say of a model at a provider that takes any, which nobody lists; undefined for others. */
async function unlisted(context: Context, id: string): Promise<GatewayError | undefined> {
  const name = id.slice(0, Math.max(0, id.indexOf('/'))).toLowerCase();
  const provider = name === '' ? undefined : (await knownProviders(context)).find((each) => each.name === name);
  if (!provider?.any_model || provider.configured_by === null) return undefined;
  return new GatewayError(
    'model_not_found',
    `${provider.title} takes any model, so that "${id}" may well work: its limits and its price are not known here.`,
    {
      hint: `Try it with \`gateway test --model ${id}\`.`,
      next: [{ command: `gateway providers test ${name}`, when: 'to see whether the provider takes your key' }],
    },
  );
}

/** None for whoever may not ask. */
async function knownProviders(context: Context): Promise<ProviderInfo[]> {
  const [{ listProviders }, { list }] = await Promise.all([
    import('../../../shared/contracts/provider-keys.ts'),
    import('../../pages.ts'),
  ]);
  return list<ProviderInfo>(context, listProviders, {}).catch(() => []);
}

function unknown(id: string, known: string[]): GatewayError {
  const whole = nearest(id, known);
  const bare = whole ?? nearest(plainName(id), known.map(withoutProvider).map(plainName));
  const near = whole ?? known.find((name) => plainName(withoutProvider(name)) === bare);
  return new GatewayError(
    'model_not_found',
    `No model here is called "${id}".`,
    near ? { hint: `Did you mean ${near}? Run \`gateway models\` to see the models offered.` } : {},
  );
}
