import type { Provider } from './provider.ts';
import {
  dropVertexToken,
  prepareVertex,
  signVertex,
  vertexHost,
  vertexPath,
  vertexSettings,
} from './vertex-address.ts';

const tier = (name: string) => ({ 'x-vertex-ai-llm-shared-request-type': name });

/** Where Google AI Studio has it. */
const NO_TIER: ReadonlyMap<string, null> = new Map([
  ['serviceTier', null],
  ['service_tier', null],
]);

/**
 * Gemini on Google Cloud, with a service account or an API key. Sources: the Vertex AI API reference, "generateContent";
 * "Flex PayGo" and "Priority PayGo". The version is the one that Google's own SDK calls.
 */
export const googleVertex: Provider = {
  name: 'google-vertex',
  title: 'Google Vertex AI',
  formats: {
    gemini: ({ model, stream, settings }) =>
      `${vertexPath('v1beta1', 'google', model, settings)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  },
  baseUrl: vertexHost,
  prepare: prepareVertex,
  sign: signVertex,
  refused: dropVertexToken,
  forward: [],
  outputLimitField: 'max_tokens',
  settings: vertexSettings('LLM_GOOGLE_VERTEX'),
  tierHeaders: { flex: tier('flex'), priority: tier('priority') },
  bodyChanges: NO_TIER,
  modelsPath: null,
};
