import { openaiCompatible } from './provider.ts';

/** OpenAI-compatible. Source: the CanopyWave documentation. */
export const canopywave = openaiCompatible('canopywave', 'CanopyWave', 'https://inference.canopywave.io/v1', {
  anyModel: true,
});
