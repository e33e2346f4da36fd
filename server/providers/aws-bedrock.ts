import { GatewayError } from '../../shared/errors.ts';
import { hostPart } from './host-part.ts';
import type { Credential, Headers, OutgoingCall, PathCall, Provider, Settings } from './provider.ts';
import { signV4 } from './sigv4.ts';

/** Where the newest models can be called at all; inference profiles reach further from there. */
const HOME_REGION = 'us-east-1';
/** Makers whose models are called by an inference profile, which is the model's id behind a prefix. */
const PROFILED = /^(?:anthropic\.|amazon\.nova|meta\.llama|deepseek\.r1|writer\.|mistral\.pixtral)/;
/** Models with a global inference profile, which costs less than those of one area. */
const GLOBAL = /^(?:anthropic\.claude-(?!instant|v\d|3|opus-4-(?:1|20))|amazon\.nova-2)/;
/** Ids that say for themselves where they run. */
const PLACED = /^(?:arn:|(?:us|us-gov|eu|apac|ap|jp|au|ca|sa|global)\.)/;
/** A caller may pin an area, which is an inference profile's, instead of a region: where it is called from. */
const AREAS: Readonly<Record<string, string>> = {
  us: HOME_REGION,
  global: HOME_REGION,
  eu: 'eu-central-1',
  apac: 'ap-northeast-1',
  jp: 'ap-northeast-1',
  au: 'ap-southeast-2',
};
/** The prefix that belongs to a region, by how the region's name starts. */
const PREFIXES: readonly (readonly [start: string, prefix: string])[] = [
  ['us-gov-', 'us-gov.'],
  ['us-', 'us.'],
  ['eu-', 'eu.'],
  ['ap-', 'apac.'],
  ['ca-', 'us.'],
];

/**
 * Amazon Bedrock by Converse, with a long-term API key or signed with an access key. Sources: the Bedrock user guide,
 * "Use an Amazon Bedrock API key" and "Supported Regions and models for inference profiles".
 */
export const awsBedrock: Provider = {
  name: 'aws-bedrock',
  title: 'AWS Bedrock',
  formats: { 'bedrock-converse': conversePath },
  baseUrl: ({ region = HOME_REGION }) =>
    `https://bedrock-runtime.${hostPart(AREAS[region] ?? region, 'LLM_AWS_BEDROCK_REGION')}.amazonaws.com`,
  regionOf: ({ region_prefix: prefix = '' }) => prefix.replace(/\.$/, '') || 'global',
  sign,
  forward: [],
  outputLimitField: 'max_tokens',
  settings: {
    region: { about: 'AWS region that is called, such as us-east-1.', default: HOME_REGION },
    region_prefix: {
      about: 'Inference profile: global., us., eu., apac. …, or none. Unset: global., else that of the region.',
    },
    access_key_id: { about: 'Access key id, instead of a long-term API key.' },
    secret_access_key: { about: 'Secret access key that belongs to it.', secret: true },
    session_token: { about: 'Session token of temporary credentials.', secret: true },
  },
  modelsPath: null,
};

function conversePath({ model, stream, settings }: PathCall): string {
  return `/model/${encodeURIComponent(placed(model, settings))}/converse${stream ? '-stream' : ''}`;
}

/** The model's id with the prefix of the inference profile that it is called by. */
function placed(model: string, { region = HOME_REGION, region_prefix: given }: Settings): string {
  if (PLACED.test(model) || !PROFILED.test(model)) return model;
  if (region in AREAS) return `${region}.${model}`;
  if (given === 'none') return model;
  const wanted = given === undefined || given === '' ? 'global' : given.replace(/\.$/, '');
  const isReached = wanted !== 'global' || (GLOBAL.test(model) && !region.startsWith('us-gov-'));
  if (isReached) return `${wanted}.${model}`;
  return (PREFIXES.find(([start]) => region.startsWith(start))?.[1] ?? '') + model;
}

function sign(call: OutgoingCall, { key, settings }: Credential): Headers | Promise<Headers> {
  if (key !== '') return { authorization: `Bearer ${key}` };
  const { region = HOME_REGION, access_key_id, secret_access_key, session_token } = settings;
  if (!access_key_id || !secret_access_key) {
    throw new GatewayError(
      'provider_credentials',
      'aws-bedrock has neither an API key nor an access key with its secret.',
      {
        hint: 'Set LLM_AWS_BEDROCK_API_KEY, or LLM_AWS_BEDROCK_ACCESS_KEY_ID and LLM_AWS_BEDROCK_SECRET_ACCESS_KEY.',
      },
    );
  }
  const keys = {
    accessKeyId: access_key_id,
    secretAccessKey: secret_access_key,
    ...(session_token && { sessionToken: session_token }),
  };
  return signV4(call, keys, { service: 'bedrock', region: AREAS[region] ?? region });
}
