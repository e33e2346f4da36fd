import { GoogleGenAI } from '@google/genai';
import { AzureOpenAI, OpenAI } from 'openai';
import { expect, test } from 'vitest';
import { createCatalog } from '../../../server/catalog/catalog.ts';
import { readConfig } from '../../../server/config.ts';
import type { ProviderFormat } from '../../../server/dialects/dialect.ts';
import { createUpstreams } from '../../../server/providers/upstreams.ts';
import { plan } from '../../../server/routing/plan.ts';

const FILE = JSON.stringify({
  type: 'service_account',
  project_id: 'acme-prod',
  client_email: 'a@acme.iam.gserviceaccount.com',
  private_key: 'x',
});

/** Where a call of this provider goes, with these variables. */
function destination(
  env: Record<string, string>,
  name: string,
  format: ProviderFormat,
  call: { model: string; stream?: boolean; region?: string },
): string {
  const upstream = createUpstreams(readConfig(env, '/nowhere'), '0').get(name)!;
  const { origin, path } = upstream.route({ format, stream: false, ...call });
  return origin + path;
}

const CLAUDE = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const ENCODED = 'anthropic.claude-sonnet-4-5-20250929-v1%3A0';
test.each([
  [{}, CLAUDE, undefined, `us-east-1.amazonaws.com/model/global.${ENCODED}/converse`],
  [{ REGION: 'eu-west-1' }, CLAUDE, undefined, `eu-west-1.amazonaws.com/model/global.${ENCODED}/converse`],
  [
    { REGION: 'eu-west-1', REGION_PREFIX: 'eu.' },
    CLAUDE,
    undefined,
    `eu-west-1.amazonaws.com/model/eu.${ENCODED}/converse`,
  ],
  [{ REGION_PREFIX: 'none' }, CLAUDE, undefined, `us-east-1.amazonaws.com/model/${ENCODED}/converse`],
  [{ REGION: 'us-west-2' }, CLAUDE, 'eu', `eu-central-1.amazonaws.com/model/eu.${ENCODED}/converse`],
  [
    { REGION: 'ap-northeast-1' },
    'amazon.nova-pro-v1:0',
    undefined,
    'ap-northeast-1.amazonaws.com/model/apac.amazon.nova-pro-v1%3A0/converse',
  ],
  [
    { REGION_PREFIX: 'global' },
    'meta.llama3-3-70b-instruct-v1:0',
    undefined,
    'us-east-1.amazonaws.com/model/us.meta.llama3-3-70b-instruct-v1%3A0/converse',
  ],
  [{}, 'openai.gpt-oss-120b-1:0', undefined, 'us-east-1.amazonaws.com/model/openai.gpt-oss-120b-1%3A0/converse'],
  [
    {},
    'arn:aws:bedrock:us-east-1:1:application-inference-profile/x',
    undefined,
    'us-east-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Aapplication-inference-profile%2Fx/converse',
  ],
])('Bedrock with %j is asked for %s pinned to %s at …%s', (settings, model, region, url) => {
  const env = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`LLM_AWS_BEDROCK_${name}`, value]));
  const asked = { model, ...(region && { region }) };
  expect(destination({ LLM_AWS_BEDROCK_API_KEY: 'k', ...env }, 'aws-bedrock', 'bedrock-converse', asked)).toBe(
    `https://bedrock-runtime.${url}`,
  );
});

test('Bedrock is configured by an access key alone, and a stream has a path of its own', () => {
  const env = { LLM_AWS_BEDROCK_ACCESS_KEY_ID: 'AKIA', LLM_AWS_BEDROCK_SECRET_ACCESS_KEY: 's' };
  const url = destination(env, 'aws-bedrock', 'bedrock-converse', { model: 'openai.gpt-oss-20b-1:0', stream: true });
  expect(url).toMatch(/\/converse-stream$/);
});

test.each([
  ['global', 'https://aiplatform.googleapis.com'],
  ['us', 'https://aiplatform.us.rep.googleapis.com'],
  ['eu', 'https://aiplatform.eu.rep.googleapis.com'],
  ['europe-west4', 'https://europe-west4-aiplatform.googleapis.com'],
])("Gemini in %s is at %s, as Google's own SDK has it", async (location, host) => {
  const env = { LLM_GOOGLE_VERTEX_SERVICE_ACCOUNT_JSON: FILE, LLM_GOOGLE_VERTEX_REGION: location };
  const model = 'gemini-2.5-flash';
  const url = destination(env, 'google-vertex', 'gemini', { model, stream: true });
  expect(url.startsWith(`${host}/`)).toBe(true);
  const seen: string[] = [];
  const sdk = new GoogleGenAI({
    vertexai: true,
    project: 'acme-prod',
    location,
    googleAuthOptions: { authClient: { getRequestHeaders: () => new Headers() } as never },
  });
  const real = globalThis.fetch;
  globalThis.fetch = (input) => {
    seen.push(input instanceof Request ? input.url : input.toString());
    return Promise.reject(new Error('not to be reached'));
  };
  try {
    await sdk.models.generateContentStream({ model, contents: 'Hi' }).catch(() => undefined);
  } finally {
    globalThis.fetch = real;
  }
  expect(seen[0]).toBe(url);
});

test('a key file given as the API key names the project; a plain key needs none', () => {
  const model = 'gemini-2.5-flash';
  expect(destination({ LLM_GOOGLE_VERTEX_API_KEY: FILE }, 'google-vertex', 'gemini', { model })).toBe(
    `https://aiplatform.googleapis.com/v1beta1/projects/acme-prod/locations/global/publishers/google/models/${model}:generateContent`,
  );
  expect(destination({ LLM_GOOGLE_VERTEX_API_KEY: 'AQ.key' }, 'google-vertex', 'gemini', { model })).toBe(
    `https://aiplatform.googleapis.com/v1beta1/publishers/google/models/${model}:generateContent`,
  );
});

test('several keys have a project and a region each, the last one for the rest', () => {
  const env = {
    LLM_GOOGLE_VERTEX_API_KEY: 'k1,k2,k3',
    LLM_GOOGLE_VERTEX_PROJECT: 'p1,p2',
    LLM_GOOGLE_VERTEX_REGION: 'us-central1,europe-west1,asia-east1',
  };
  const upstream = createUpstreams(readConfig(env, '/nowhere'), '0').get('google-vertex')!;
  const places = [1, 2, 3].map(() => {
    const { credential } = upstream.route({ format: 'gemini', model: 'm', stream: false });
    return [credential.key, credential.settings.project, credential.settings.region];
  });
  expect(places.sort(([a = ''], [b = '']) => a.localeCompare(b))).toEqual([
    ['k1', 'p1', 'us-central1'],
    ['k2', 'p2', 'europe-west1'],
    ['k3', 'p2', 'asia-east1'],
  ]);
});

test.each([
  [undefined, false, 'https://aiplatform.googleapis.com', 'global', 'rawPredict'],
  ['us-east5', true, 'https://us-east5-aiplatform.googleapis.com', 'us-east5', 'streamRawPredict'],
  ['eu', false, 'https://aiplatform.eu.rep.googleapis.com', 'eu', 'rawPredict'],
])('Claude on Vertex in %s (stream: %s) is at %s', (region, stream, host, location, method) => {
  const env = {
    LLM_VERTEX_ANTHROPIC_SERVICE_ACCOUNT_JSON: FILE,
    ...(region && { LLM_VERTEX_ANTHROPIC_REGION: region }),
  };
  const model = 'claude-sonnet-4-5@20250929';
  expect(destination(env, 'vertex-anthropic', 'anthropic-messages', { model, stream })).toBe(
    `${host}/v1/projects/acme-prod/locations/${location}/publishers/anthropic/models/${model}:${method}`,
  );
});

const HERE = { LLM_AZURE_API_KEY: 'k', LLM_AZURE_RESOURCE: 'acme' };
const OPENAI = 'https://acme.openai.azure.com';
test.each([
  [{}, 'openai-chat', `${OPENAI}/openai/v1/chat/completions`],
  [{}, 'openai-responses', `${OPENAI}/openai/v1/responses`],
  [
    { LLM_AZURE_API_VERSION: '2024-10-21' },
    'openai-chat',
    `${OPENAI}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21`,
  ],
  [
    { LLM_AZURE_API_VERSION: '2025-04-01-preview' },
    'openai-responses',
    `${OPENAI}/openai/responses?api-version=2025-04-01-preview`,
  ],
  [{ LLM_AZURE_TYPE: 'foundry' }, 'openai-chat', 'https://acme.services.ai.azure.com/openai/v1/chat/completions'],
  [
    { LLM_AZURE_TYPE: 'foundry', LLM_AZURE_API_VERSION: '2024-05-01-preview' },
    'openai-chat',
    'https://acme.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview',
  ],
] as const)('Azure with %j is asked in %s at %s', (env, format, url) => {
  expect(destination({ ...HERE, ...env }, 'azure', format, { model: 'gpt-4o' })).toBe(url);
});

test("Azure's addresses and header are those of OpenAI's own SDK", async () => {
  const seen: [string, string | null][] = [];
  const fetch = (input: unknown, init?: RequestInit) => {
    seen.push([String(input), new Headers(init?.headers).get('api-key')]);
    return Promise.reject(new Error('not to be reached'));
  };
  const options = { apiKey: 'k', maxRetries: 0, fetch: fetch as typeof globalThis.fetch };
  const body = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Hi' }] };
  const dated = new AzureOpenAI({ ...options, endpoint: OPENAI, apiVersion: '2024-10-21' });
  await dated.chat.completions.create(body).catch(() => undefined);
  const v1 = new OpenAI({ ...options, baseURL: `${OPENAI}/openai/v1/` });
  await v1.chat.completions.create(body).catch(() => undefined);
  await v1.responses.create({ model: 'gpt-4o', input: 'Hi' }).catch(() => undefined);
  const ours = (env: object, format: ProviderFormat) =>
    destination({ ...HERE, ...env }, 'azure', format, { model: 'gpt-4o' });
  expect(seen.map(([url]) => url)).toEqual([
    ours({ LLM_AZURE_API_VERSION: '2024-10-21' }, 'openai-chat'),
    ours({}, 'openai-chat'),
    ours({}, 'openai-responses'),
  ]);
  expect(seen[0]![1]).toBe('k');
});

test.each([
  ['azure', { ...HERE, LLM_AZURE_RESOURCE: 'evil.example/#' }, 'openai-chat'],
  ['azure', { LLM_AZURE_API_KEY: 'k' }, 'openai-chat'],
  ['google-vertex', { LLM_GOOGLE_VERTEX_API_KEY: 'k', LLM_GOOGLE_VERTEX_REGION: 'evil.example/' }, 'gemini'],
  ['aws-bedrock', { LLM_AWS_BEDROCK_API_KEY: 'k', LLM_AWS_BEDROCK_REGION: 'x.evil.example/' }, 'bedrock-converse'],
] as const)('%s is not asked where a setting leads elsewhere (%#)', (name, env, format) => {
  expect(() => destination(env, name, format, { model: 'm' })).toThrow(
    expect.objectContaining({ code: 'provider_credentials' }),
  );
});

test.each([
  [{}, 'vertex-anthropic/claude-sonnet-4.6', 3_000_000n, undefined],
  [{ LLM_VERTEX_ANTHROPIC_REGION: 'europe-west9' }, 'vertex-anthropic/claude-sonnet-4.6', 3_300_000n, undefined],
  [{}, 'vertex-anthropic/claude-sonnet-4.6:eu', 3_300_000n, 'eu'],
  [{ LLM_VERTEX_ANTHROPIC_REGION: 'us' }, 'vertex-anthropic/claude-sonnet-4.6:global', 3_000_000n, 'global'],
  [{}, 'aws-bedrock/claude-sonnet-4.6', 3_000_000n, undefined],
  [{ LLM_AWS_BEDROCK_REGION_PREFIX: 'eu.' }, 'aws-bedrock/claude-sonnet-4.6', 3_300_000n, undefined],
  [{ LLM_AWS_BEDROCK_REGION_PREFIX: 'eu.' }, 'aws-bedrock/claude-opus-4.1', 15_000_000n, undefined],
])('with %j, %s costs what it does where it is called', (env, model, inputPico, region) => {
  const keys = { LLM_VERTEX_ANTHROPIC_API_KEY: FILE, LLM_AWS_BEDROCK_API_KEY: 'k' };
  const upstreams = createUpstreams(readConfig({ ...keys, ...env }, '/nowhere'), '0');
  const [target] = plan({ catalog: createCatalog(), upstreams }, model);
  expect(target!.offer.price.inputPico).toBe(inputPico);
  expect(target!.offer.region).toBe(region);
});
