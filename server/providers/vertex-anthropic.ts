import type { Provider } from './provider.ts';
import {
  dropVertexToken,
  prepareVertex,
  signVertex,
  vertexHost,
  vertexPath,
  vertexSettings,
} from './vertex-address.ts';

/** The body names its version instead of its model. */
const CHANGES: ReadonlyMap<string, string | null> = new Map([
  ['model', null],
  ['anthropic_version', '"vertex-2023-10-16"'],
]);

/** Claude on Google Cloud. Source: Anthropic's documentation, "Claude on Vertex AI". */
export const vertexAnthropic: Provider = {
  name: 'vertex-anthropic',
  title: 'Vertex AI (Anthropic)',
  formats: {
    'anthropic-messages': ({ model, stream, settings }) =>
      `${vertexPath('v1', 'anthropic', model, settings)}:${stream ? 'streamRawPredict' : 'rawPredict'}`,
  },
  baseUrl: vertexHost,
  // All regions but the global one cost the same: one that is not listed, too.
  regionOf: ({ region = 'global' }) => (region === 'global' ? region : 'us'),
  prepare: prepareVertex,
  sign: signVertex,
  refused: dropVertexToken,
  forward: ['anthropic-beta'],
  outputLimitField: 'max_tokens',
  settings: vertexSettings('LLM_VERTEX_ANTHROPIC'),
  bodyChanges: CHANGES,
  modelsPath: null,
};
