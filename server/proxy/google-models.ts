import type { Offer } from '../catalog/types.ts';

/** The most entries on a page, as Google has it. */
const MOST = 1000;
const GENERATES = ['generateContent', 'streamGenerateContent', 'countTokens'];
const EMBEDS = ['embedContent', 'batchEmbedContents'];

/** What of a model is listed in Google's shape. */
type Listed = Pick<Offer, 'id' | 'name' | 'contextWindow' | 'maxOutputTokens' | 'capabilities'>;

/** A model in Google's shape. Source: the Gemini API reference, "Models". */
export function googleModel({ id, name, contextWindow, maxOutputTokens, capabilities }: Listed) {
  return {
    name: `models/${id}`,
    displayName: name,
    ...(contextWindow !== null && { inputTokenLimit: contextWindow }),
    ...(maxOutputTokens !== null && { outputTokenLimit: maxOutputTokens }),
    supportedGenerationMethods: methodsOf(capabilities),
    thinking: capabilities.includes('reasoning'),
  };
}

function methodsOf(capabilities: readonly string[]): readonly string[] {
  if (capabilities.includes('moderation')) return [];
  return capabilities.includes('embeddings') ? EMBEDS : GENERATES;
}

/** A page of models: `pageSize` of them, from where `pageToken` says. Without a size: as many as a page may have. */
export function googleModels(offers: readonly Listed[], query: URLSearchParams) {
  const size = Math.min(positive(query.get('pageSize')) ?? MOST, MOST);
  const from = positive(query.get('pageToken')) ?? 0;
  const until = from + size;
  return {
    models: offers.slice(from, until).map(googleModel),
    ...(until < offers.length && { nextPageToken: String(until) }),
  };
}

function positive(value: string | null): number | undefined {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}
