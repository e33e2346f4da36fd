import { z } from 'zod';
import {
  createDocument,
  type oas31,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import type { Access, Endpoint } from '../../shared/contracts/endpoint.ts';
import { keySchema, keyWithSecret, logSchema, modelSchema } from '../../shared/contracts/index.ts';
import { type ErrorCode, errorEnvelope, GatewayError } from '../../shared/errors.ts';
import { VERSION } from '../../shared/version.ts';
import { CONTRACTS } from './contracts.ts';

type Document = ReturnType<typeof createDocument>;

const DESCRIPTION = `Accounts, API keys, usage and credit of a gateway. Everything here is also a command of its CLI.

Money is a decimal string in USD. Lists take \`limit\` and \`cursor\`; \`next_cursor\` of an answer is the cursor of the next page. A call that changes something takes an \`Idempotency-Key\`: a repeat within 24 hours gets the first answer.`;

const errorSchema = z.object({
  error: z.object({
    message: z.string().meta({ description: 'What happened, and the next step.' }),
    type: z.string().meta({ examples: ['invalid_request_error'] }),
    param: z.string().nullable().meta({ description: 'The field that is wrong, as a path.' }),
    code: z.string().meta({ description: 'What to branch on.', examples: ['not_found'] }),
  }),
});

const idempotencyKey = z.string().min(1).max(255).optional().meta({
  description: 'A random value of the caller. The same value with the same request gets the first answer again.',
});

const requestId = z.string().meta({ description: 'Names this request in logs and to support.' });

const SECURITY: Record<Access, Record<string, string[]>[]> = {
  public: [],
  person: [{ accessToken: [] }],
  key: [{ accessToken: [] }, { apiKey: [] }, { apiKeyHeader: [] }],
  manage: [{ accessToken: [] }, { apiKey: [] }, { apiKeyHeader: [] }],
};

const WHO: Record<Access, string> = {
  public: 'Anybody may call this.',
  person: 'For a signed-in person.',
  key: 'For a signed-in person, or any API key, which sees only itself and the keys below it.',
  manage:
    'For a signed-in person, or an API key with the `manage` permission, which sees only itself and the keys below it.',
};

let document: Document | undefined;

/** The API as an OpenAPI 3.1 document, made from the contracts on first use. */
export function openApiDocument(publicUrl: string): Document {
  document ??= createDocument({
    openapi: '3.1.0',
    info: {
      title: 'gateway management API',
      version: VERSION,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths: paths(),
    components: {
      schemas: { Key: keySchema, KeyWithSecret: keyWithSecret, Log: logSchema, Model: modelSchema, Error: errorSchema },
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An OIDC access token for this API: see GET /api/v1/auth/discovery.',
        },
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key (`sk-gw-…`) as a bearer token.' },
        apiKeyHeader: {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description: 'An API key in a header of its own.',
        },
      },
    },
  });
  return { ...document, servers: [{ url: publicUrl }] };
}

function paths(): ZodOpenApiPathsObject {
  const found: ZodOpenApiPathsObject = {};
  for (const contract of CONTRACTS) {
    found[contract.path] = { ...found[contract.path], [contract.method.toLowerCase()]: operation(contract) };
  }
  return found;
}

function operation(contract: Endpoint): ZodOpenApiOperationObject {
  const { method, path, summary, access, status = 200, params, query, body, reply } = contract;
  const headers = takesIdempotencyKey(contract) ? z.object({ 'Idempotency-Key': idempotencyKey }) : undefined;
  return {
    operationId: operationId(method, path),
    summary,
    description: WHO[access],
    tags: [tagOf(path)],
    security: SECURITY[access],
    requestParams: {
      ...(params && { path: params as z.ZodObject }),
      ...(query && { query: query as z.ZodObject }),
      ...(headers && { header: headers }),
    },
    ...(body && {
      requestBody: { required: !body.safeParse(undefined).success, content: { 'application/json': { schema: body } } },
    }),
    responses: {
      [String(status)]: {
        description: 'Done.',
        headers: z.object({ 'x-request-id': requestId }),
        content: { 'application/json': { schema: reply } },
      },
      ...failures(contract),
    } as ZodOpenApiResponsesObject,
  };
}

/** What can go wrong, one response for each status, one example for each code. */
function failures(contract: Endpoint): ZodOpenApiResponsesObject {
  const codes = new Set<ErrorCode>(contract.errors);
  if (contract.access !== 'public') for (const code of ['not_logged_in', 'invalid_token'] as const) codes.add(code);
  if (contract.access === 'key' || contract.access === 'manage') codes.add('invalid_api_key');
  if (contract.access === 'person' || contract.access === 'manage') codes.add('permission_denied');
  if (contract.params || contract.query || contract.body) codes.add('invalid_request');
  if (contract.body) for (const code of ['invalid_json', 'payload_type', 'request_too_large'] as const) codes.add(code);
  if (takesIdempotencyKey(contract)) codes.add('conflict');
  for (const code of ['internal_error', 'service_unavailable'] as const) codes.add(code);
  const found: Record<string, { description: string; examples: oas31.ExamplesObject }> = {};
  for (const code of codes) {
    const error = new GatewayError(code, '');
    const at = found[String(error.status)] ?? { description: '', examples: {} };
    found[String(error.status)] = at;
    at.description += `${at.description && ', '}\`${code}\``;
    at.examples[code] = { value: errorEnvelope(error) };
  }
  const entries = Object.entries(found).map(([status, { description, examples }]) => [
    status,
    { description, content: { 'application/json': { schema: errorSchema, examples } } },
  ]);
  return Object.fromEntries(entries) as ZodOpenApiResponsesObject;
}

function takesIdempotencyKey({ method, access }: Endpoint): boolean {
  return method !== 'GET' && access !== 'public';
}

/** `POST /api/v1/me/keys/{id}/roll` is `postMeKeysIdRoll`. */
function operationId(method: string, path: string): string {
  const words = path
    .replace(/^\/(api\/)?v1\//, '')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return method.toLowerCase() + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}

function tagOf(path: string): string {
  return path.replace(/^\/(api\/)?v1\/(me\/(?=keys))?/, '').split('/')[0]!;
}
