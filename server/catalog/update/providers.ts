/** A provider as the public list calls it, and as we do. */
export interface ListedProvider {
  there: string;
  name: string;
  /** False: a model that we do not list cannot be called by its name alone (deployments, inference profiles). */
  adds: boolean;
}

const row = (there: string, name = there, adds = true): ListedProvider => ({ there, name, adds });

const PROVIDERS: ReadonlyMap<string, ListedProvider> = new Map(
  [
    row('alibaba'),
    row('amazon-bedrock', 'aws-bedrock', false),
    row('anthropic'),
    row('azure', 'azure', false),
    row('cerebras'),
    row('deepseek'),
    row('fireworks-ai', 'fireworks'),
    row('google', 'google-ai-studio'),
    row('google-vertex', 'google-vertex', false),
    row('google-vertex-anthropic', 'vertex-anthropic', false),
    row('groq'),
    row('minimax'),
    row('mistral'),
    row('moonshotai', 'moonshot'),
    row('nebius'),
    row('novita-ai', 'novita'),
    row('openai'),
    row('perplexity'),
    row('togetherai', 'together-ai'),
    row('xai'),
    row('zai'),
  ].map((each) => [each.there, each]),
);

/** The provider that the list means; undefined for one that we do not know. */
export function ourProvider(there: string): ListedProvider | undefined {
  return PROVIDERS.get(there);
}
