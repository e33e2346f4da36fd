import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { type Model, offeredModels } from '../offered-models.ts';
import { compareDecimals } from '../price.ts';

const DEFAULT_MODEL = 'openai/gpt-4o-mini';

/** The model that `gateway test` asks when none was named: the usual one, or the cheapest that is offered in this format. */
export async function chooseModel(context: Context, format: string, key: string): Promise<string> {
  const offered = (await offeredModels(context, {}, key)).filter(
    (model) => model.formats.includes(format) && talks(model),
  );
  const usual = offered.find((model) => model.id === DEFAULT_MODEL);
  const chosen =
    usual ??
    offered.sort(
      (a, b) =>
        Number(a.pricing === null) - Number(b.pricing === null) ||
        compareDecimals(a.pricing?.output ?? '0', b.pricing?.output ?? '0') ||
        compareDecimals(a.pricing?.input ?? '0', b.pricing?.input ?? '0'),
    )[0];
  if (chosen) return chosen.id;
  throw new GatewayError('model_not_found', `${context.settings.apiUrl} offers no model in the ${format} format.`, {
    hint: 'Whoever runs the server must give it a provider key, such as LLM_OPENAI_API_KEY; or name a model with --model.',
    next: [{ command: 'gateway models', when: 'to see the models offered' }],
  });
}

function talks({ capabilities }: Model): boolean {
  return !capabilities.includes('embeddings') && !capabilities.includes('image_output');
}
