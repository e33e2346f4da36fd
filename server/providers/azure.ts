import { hostPart } from './host-part.ts';
import { openai } from './openai.ts';
import type { PathCall, Provider, Settings } from './provider.ts';

/**
 * OpenAI's models on Azure, each by its deployment, which had better have the model's name. Sources: Microsoft's
 * "Azure OpenAI in Microsoft Foundry Models API lifecycle" (the v1 API, which needs no version) and its data plane
 * reference (dated versions, where the deployment is part of the path).
 */
export const azure: Provider = {
  name: 'azure',
  title: 'Azure',
  formats: { 'openai-chat': chatPath, 'openai-responses': responsesPath },
  baseUrl: host,
  authorize: (key) => ({ 'api-key': key }),
  forward: [],
  outputLimitField: 'max_completion_tokens',
  chat: { models: [{ startsWith: ['gpt-', 'o1', 'o3', 'o4', 'chatgpt-', 'codex-'], strict: true }] },
  // The same models as OpenAI's own.
  prefers: (model, request) => openai.prefers?.(model, request),
  settings: {
    resource: { about: "The resource's name, as in https://<resource>.openai.azure.com.", required: true },
    type: { about: 'openai (Azure OpenAI) or foundry (Microsoft Foundry).', default: 'openai' },
    api_version: { about: 'v1, or a dated version such as 2024-10-21, which goes by deployment paths.', default: 'v1' },
  },
  modelsPath: '/openai/v1/models',
};

function host({ resource, type }: Settings): string {
  const name = hostPart(resource, 'LLM_AZURE_RESOURCE');
  return type === 'foundry' ? `https://${name}.services.ai.azure.com` : `https://${name}.openai.azure.com`;
}

function isDated({ api_version: version }: Settings): boolean {
  return version !== undefined && /^\d{4}-/.test(version);
}

function chatPath({ model, settings }: PathCall): string {
  if (!isDated(settings)) return '/openai/v1/chat/completions';
  const version = encodeURIComponent(settings.api_version!);
  // Foundry's own inference endpoint names the deployment in the body.
  return settings.type === 'foundry'
    ? `/models/chat/completions?api-version=${version}`
    : `/openai/deployments/${encodeURIComponent(model)}/chat/completions?api-version=${version}`;
}

function responsesPath({ settings }: PathCall): string {
  if (!isDated(settings)) return '/openai/v1/responses';
  return `/openai/responses?api-version=${encodeURIComponent(settings.api_version!)}`;
}
