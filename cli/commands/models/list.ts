import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import type { ModelQuery } from '../../offered-models.ts';
import { visible } from '../../output.ts';
import { compareDecimals, perMillion } from '../../price.ts';
import { table } from '../../table.ts';

/** Columns of a terminal from which on there is room for capabilities. */
const WIDE = 160;

/** `gateway models` */
export const command = (context: Context) =>
  make('models', {
    example: "gateway models --capability tools --max-price 0.5 --json | jq '.[].id'",
    prints:
      '[{"id":"openai/gpt-4o-mini","name":"GPT-4o mini","provider":"openai","context_window":128000,"pricing":{"input":"0.00000015", …},"capabilities":["streaming", …], …}]',
    output: async () => (await import('../../../shared/contracts/models.ts')).modelSchema.array(),
  })
    .option('--provider <name>', 'only those of this provider')
    .option('--capability <name>', 'only those that can do this: tools, vision, reasoning, …')
    .option('--search <text>', 'only those whose id or name has this in it')
    .option('--max-price <usd>', 'only those whose million input tokens cost at most this', amount)
    .action(async ({ maxPrice, ...query }: ModelQuery & { maxPrice?: string }) => {
      const { offeredModels } = await import('../../offered-models.ts');
      const offered = await offeredModels(context, query);
      const models =
        maxPrice === undefined
          ? offered
          : offered.filter(
              (model) => model.pricing !== null && compareDecimals(perMillion(model.pricing.input), maxPrice) <= 0,
            );
      await context.show(models, async (rows, paint, width) => {
        if (rows.length === 0) return noneMatches(context, query);
        const cells = rows.map((model) => [
          model.id,
          model.provider,
          String(model.context_window ?? ''),
          model.pricing ? perMillion(model.pricing.input) : '',
          model.pricing ? perMillion(model.pricing.output) : '',
          model.capabilities.join(' '),
        ]);
        const columns = [
          { title: 'id' },
          { title: 'provider', drop: 1 },
          { title: 'context', right: true, drop: 2 },
          { title: 'USD/M in', right: true },
          { title: 'USD/M out', right: true },
          { title: 'can do', wrap: true },
        ];
        // wrapped under a narrow head the capabilities would be most of the screen
        const shown = (width ?? Number.POSITIVE_INFINITY) < WIDE ? columns.slice(0, -1) : columns;
        return table(paint, width, shown, cells);
      });
    });

/** Says which providers or capabilities there are when the one asked for is none of them. */
async function noneMatches(context: Context, { provider, capability }: ModelQuery): Promise<string> {
  if (provider === undefined && capability === undefined) return 'No model here matches.';
  const { offeredModels } = await import('../../offered-models.ts');
  const all = await offeredModels(context);
  const providers = namesOf(all.map((model) => model.provider));
  const capabilities = namesOf(all.flatMap((model) => model.capabilities));
  if (providers.length === 0) return 'No model is offered here.';
  if (provider !== undefined && !providers.includes(provider))
    return `No model here is of the provider ${visible(provider)}. There are: ${providers.map(visible).join(', ')}.`;
  if (capability !== undefined && !capabilities.includes(capability))
    return `No model here has the capability ${visible(capability)}. There are: ${capabilities.map(visible).join(', ')}.`;
  return 'No model here matches.';
}

const namesOf = (names: readonly string[]) => [...new Set(names)].sort();

function amount(text: string): string {
  if (/^\d{1,9}(\.\d{1,12})?$/.test(text)) return text;
  throw new GatewayError('usage', '--max-price must be an amount in USD, such as 0.5.', { param: '--max-price' });
}
