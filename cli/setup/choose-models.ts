import { GatewayError } from '../../shared/errors.ts';
import type { Integration } from '../integrations/integration.ts';
import { modelNamed } from '../model-names.ts';
import { nearest } from '../nearest.ts';
import type { Model } from '../offered-models.ts';

/** What a tool gets: the model that it starts with, a cheap one for titles, and all that can carry it. */
export interface ChosenModels {
  model: Model;
  smallModel: Model;
  models: readonly Model[];
}

/** Which models are good at this, the best first, where a tool names none: the newest of the first family that is offered. */
const PREFERRED = [
  /^anthropic\/claude-sonnet-/,
  /^openai\/gpt-5[\d.]*$/,
  /^google\/gemini-[\d.]+-pro/,
  /^anthropic\/claude-/,
  /^openai\/gpt-/,
  /^google\/gemini-/,
];
const SMALL = [/haiku/, /-mini(-|$)/, /flash/, /-nano/, /small/];

/**
 * Chooses among the models offered. A model that was asked for must be offered in the tool's format; `model_not_found`
 * says what is near.
 */
export function chooseModels(
  offered: readonly Model[],
  { title, format, prefers = [] }: Pick<Integration, 'title' | 'format' | 'prefers'>,
  wanted?: string,
): ChosenModels {
  const carrying = offered.filter((model) => model.formats.includes(format) && model.capabilities.includes('tools'));
  const model = wanted === undefined ? preferred(carrying, [...prefers, ...PREFERRED]) : named(offered, wanted, format);
  if (!model)
    throw new GatewayError('model_not_found', `No model that is offered here can carry ${title}: it needs tools.`, {
      hint: 'Whoever runs the server must give it a provider key, such as LLM_OPENAI_API_KEY; or name a model with --model.',
    });
  const siblings = carrying.filter(({ provider }) => provider === model.provider);
  const smallModel = preferred(siblings, SMALL, false) ?? model;
  const rest = carrying.filter(({ id, deprecated }) => !deprecated && id !== model.id && id !== smallModel.id);
  return { model, smallModel, models: [...new Set([model, smallModel, ...rest])] };
}

/** The newest of the first pattern that matches one; else, if any will do, the newest of all. */
function preferred(models: readonly Model[], patterns: readonly RegExp[], any = true): Model | undefined {
  const newestFirst = models
    .filter(({ deprecated }) => !deprecated)
    .toSorted((a, b) => b.created - a.created || a.id.localeCompare(b.id));
  for (const pattern of patterns) {
    const found = newestFirst.find(({ id }) => pattern.test(id));
    if (found) return found;
  }
  return any ? newestFirst[0] : undefined;
}

function named(offered: readonly Model[], wanted: string, format: string): Model {
  const model = modelNamed(offered, wanted) ?? newestOfFamily(offered, wanted, format);
  if (model?.formats.includes(format)) return model;
  const near = nearest(
    wanted,
    offered.filter(({ formats }) => formats.includes(format)).map(({ id }) => id),
  );
  throw new GatewayError(
    'model_not_found',
    model ? `${model.id} does not answer in the format that this tool speaks.` : `No model here is called "${wanted}".`,
    { param: '--model', ...(near ? { hint: `Did you mean ${near}? \`gateway models\` lists those offered.` } : {}) },
  );
}

/** `sonnet`, as tools and their users say it: the newest model with that word in its name. */
function newestOfFamily(offered: readonly Model[], word: string, format: string): Model | undefined {
  if (!/^[a-z]+$/.test(word)) return undefined;
  const answering = offered.filter(({ formats }) => formats.includes(format));
  return preferred(answering, [new RegExp(`[/-]${word}(?:-|$)`)], false);
}
