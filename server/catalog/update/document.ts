import { z } from 'zod';
import { STRING_OR_NUMBER } from '../../dialects/lossless.ts';
import { picoOf } from './decimal.ts';
import { type ListedModel, listedModel } from './listed-model.ts';
import { ourProvider } from './providers.ts';

/** What a model list says of the providers that we know. */
export interface CatalogDocument {
  models: ListedModel[];
  /** Rows of known providers that could not be understood, `provider/model` each. */
  unread: string[];
}

/** Why a document changes nothing. */
export class DocumentError extends Error {}

/** A list whose rows are mostly unreadable has another shape than we think. */
const MOST_UNREAD_SHARE = 0.25;

const price = z.string().transform((text, context) => {
  const pico = picoOf(text);
  if (pico !== undefined) return pico;
  context.addIssue({ code: 'custom', message: 'is no price in USD per million tokens' });
  return z.NEVER;
});
const count = z
  .string()
  .regex(/^\d{1,10}$/)
  .transform(Number);
const prices = z.object({
  input: price.optional(),
  output: price.optional(),
  cache_read: price.optional(),
  cache_write: price.optional(),
  input_audio: price.optional(),
  output_audio: price.optional(),
});
const modelSchema = z.object({
  name: z.string().min(1).max(200).optional(),
  family: z.string().optional(),
  release_date: z.string().optional(),
  status: z.string().optional(),
  reasoning: z.boolean().optional(),
  tool_call: z.boolean().optional(),
  structured_output: z.boolean().optional(),
  modalities: z.object({ input: z.array(z.string()), output: z.array(z.string()) }).optional(),
  limit: z.object({ context: count.optional(), output: count.optional() }).optional(),
  cost: prices
    .extend({
      context_over_200k: prices.optional(),
      tiers: z.array(prices.extend({ tier: z.object({ size: count }) })).optional(),
    })
    .optional(),
});
export type ModelRow = z.output<typeof modelSchema>;

const documentSchema = z.record(z.string(), z.looseObject({ models: z.record(z.string(), z.unknown()) }));

/**
 * Reads the public list of models.dev (`api.json`: providers by id, each with `models` by id, prices in USD per million
 * tokens). Numbers stay the digits that they are written in. Throws `DocumentError` when it is no such list.
 */
export function readDocument(text: string): CatalogDocument {
  const parsed = documentSchema.safeParse(parse(text));
  if (!parsed.success) throw new DocumentError(`it is no model list: ${reasonOf(parsed.error)}`);
  const models: ListedModel[] = [];
  const unread: string[] = [];
  for (const [id, { models: rows }] of Object.entries(parsed.data)) {
    const provider = ourProvider(id);
    if (!provider) continue;
    for (const [model, value] of Object.entries(rows)) {
      const row = model.length <= 200 ? modelSchema.safeParse(value) : undefined;
      if (row?.success) models.push(listedModel(provider, model, row.data));
      else unread.push(`${provider.name}/${model.slice(0, 100)}`);
    }
  }
  if (models.length === 0) throw new DocumentError('it lists no model of a provider that is known here');
  if (unread.length > MOST_UNREAD_SHARE * (models.length + unread.length))
    throw new DocumentError(`${unread.length} of its rows cannot be read, such as ${unread.slice(0, 3).join(', ')}`);
  return { models, unread };
}

/** JSON, every number as the text that stands there. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`)));
  } catch (error) {
    throw new DocumentError(`it is no JSON: ${(error as Error).message.slice(0, 200)}`);
  }
}

function reasonOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue!.path.slice(0, 4).join('.') || 'the whole'}: ${issue!.message}`;
}
