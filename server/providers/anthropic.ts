import type { Provider } from './provider.ts';

/** Source: the Anthropic API reference, "Versions" and "Beta headers". */
export const anthropic: Provider = {
  name: 'anthropic',
  title: 'Anthropic',
  formats: { 'anthropic-messages': '/messages' },
  countPath: { 'anthropic-messages': (path) => `${path}/count_tokens` },
  baseUrl: 'https://api.anthropic.com/v1',
  version: '/v1',
  authorize: (key) => ({ 'x-api-key': key }),
  headers: { 'anthropic-version': '2023-06-01' },
  forward: ['anthropic-version', 'anthropic-beta'],
  outputLimitField: 'max_tokens',
};
