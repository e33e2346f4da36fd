import { randomUUID } from 'node:crypto';
import { Agent, type Dispatcher } from 'undici';
import type { Endpoint, Input, Reply } from '../shared/contracts/endpoint.ts';
import { GatewayError } from '../shared/errors.ts';
import { VERSION } from '../shared/version.ts';
import { type Bearer, bearerFor, sendAs } from './bearer.ts';
import { type Context, DryRun } from './context.ts';
import { inputError } from './input-error.ts';
import { connectionError, mayHaveArrived } from './network-error.ts';
import { adviceFor } from './refused-key.ts';
import { parseErrorBody, RemoteError, retryAfter } from './remote-error.ts';
import { inTypedNames } from './typed-names.ts';

export interface CallOptions {
  /** Flag names where they differ from the field's: `{ expires_in: '--expires' }`. */
  flags?: Record<string, string>;
  /** The credential to use instead of the one in force. */
  bearer?: Bearer;
}

/** One HTTP request to the server in force. */
export interface Outgoing {
  method: string;
  /** From the server's address on: `/v1/models?x=y`. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface Client {
  /** Calls an endpoint by its contract: the input is checked before it is sent, the answer by the reply's schema. */
  call<E extends Endpoint>(contract: E, input: Input<E>, options?: CallOptions): Promise<Reply<E>>;
  /** Sends one request. Redirects and error answers throw; the body of a success is the caller's to read. */
  send(outgoing: Outgoing): Promise<Dispatcher.ResponseData>;
  /** Reads a success as JSON; anything else is `bad_response`. */
  json(answer: Dispatcher.ResponseData): Promise<unknown>;
  close(): Promise<void>;
}

/** The content types that hold JSON. */
export const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/i;

/** The client of one command. Every call ends within `--timeout`. */
export function createClient(context: Context): Client {
  const server = context.settings.apiUrl;
  // the settings have a say in it, once they are read
  const { timeoutMs } = context.globals;
  const agent = new Agent({ connect: { timeout: timeoutMs }, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });

  /** The caller's own for the first call that creates, as it stands for one request; a random one for each other. */
  const idempotencyKey = (): string => {
    const given = context.idempotencyKey;
    context.idempotencyKey = undefined;
    return given ?? randomUUID();
  };

  const once = async (outgoing: Outgoing): Promise<Dispatcher.ResponseData> => {
    const { origin, pathname, search } = new URL(context.settings.apiUrl + outgoing.path);
    const answer = await agent.request({
      origin,
      path: pathname + search,
      method: outgoing.method as Dispatcher.HttpMethod,
      headers: { accept: 'application/json', 'user-agent': `gateway-cli/${VERSION}`, ...outgoing.headers },
      body: outgoing.body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    context.serverVersion = header(answer, 'x-gateway-version') ?? context.serverVersion;
    if (answer.statusCode >= 300) throw await refusal(answer, context, outgoing);
    return answer;
  };

  const send = async (outgoing: Outgoing): Promise<Dispatcher.ResponseData> => {
    const repeatable = outgoing.method === 'GET' || outgoing.headers?.['idempotency-key'] !== undefined;
    try {
      return await once(outgoing).catch((error: unknown) => {
        // the answer was lost on the way: asking again gets the same one
        if (repeatable && mayHaveArrived(error)) return once(outgoing);
        throw error;
      });
    } catch (error) {
      throw error instanceof GatewayError ? error : connectionError(error, context.settings.apiUrl, timeoutMs);
    }
  };

  const json = async (answer: Dispatcher.ResponseData): Promise<unknown> => {
    const type = String(answer.headers['content-type'] ?? '');
    const text = await readText(answer, server, timeoutMs);
    if (!JSON_TYPE.test(type))
      throw notOurs(context, `answered with ${type || 'no content type'} instead of JSON`, answer);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw notOurs(context, 'answered with JSON that cannot be read', answer, cause);
    }
  };

  const call = async <E extends Endpoint>(
    contract: E,
    input: Input<E>,
    options: CallOptions = {},
  ): Promise<Reply<E>> => {
    const outgoing = prepare(contract, input, options);
    if (contract.method === 'POST') outgoing.headers = { ...outgoing.headers, 'idempotency-key': idempotencyKey() };
    if (context.globals.dryRun && contract.method !== 'GET') {
      throw new DryRun({
        method: contract.method,
        url: context.settings.apiUrl + outgoing.path,
        body: input.body ?? null,
      });
    }
    const bearer = options.bearer ?? (await bearerFor(context, contract.access));
    const answer = await sendAs(bearer, outgoing, send).catch((error: unknown) => {
      throw error instanceof RemoteError ? inTypedNames(error, contract, options.flags ?? {}) : error;
    });
    const reply = contract.reply.safeParse(await json(answer));
    if (!reply.success)
      throw notOurs(
        context,
        `answered ${contract.method} ${contract.path} in a form that this version does not know`,
        answer,
        reply.error,
      );
    return reply.data as Reply<E>;
  };

  return { call, send, json, close: () => agent.destroy() };
}

function prepare(contract: Endpoint, input: Input<Endpoint>, { flags = {} }: CallOptions): Outgoing {
  for (const part of ['params', 'query', 'body'] as const) {
    const parsed = contract[part]?.safeParse(input[part]);
    if (parsed && !parsed.success) throw inputError(parsed.error, part, flags);
  }
  const path = contract.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String((input.params as Record<string, unknown>)[name])),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(
    (input.query ?? {}) as Record<string, string | number | boolean | undefined>,
  ))
    if (value !== undefined) query.set(name, String(value));
  const headers: Record<string, string> = {};
  if (input.body !== undefined) headers['content-type'] = 'application/json';
  return {
    method: contract.method,
    path: query.size > 0 ? `${path}?${query.toString()}` : path,
    headers,
    body: input.body === undefined ? undefined : JSON.stringify(input.body),
  };
}

async function readText(answer: Dispatcher.ResponseData, server: string, timeoutMs: number): Promise<string> {
  try {
    return await answer.body.text();
  } catch (error) {
    throw connectionError(error, server, timeoutMs);
  }
}

/** An answer that is no success: our error envelope, or something that is not a gateway. */
async function refusal(
  answer: Dispatcher.ResponseData,
  context: Context,
  { headers }: Outgoing,
): Promise<GatewayError> {
  const { apiUrl } = context.settings;
  if (answer.statusCode < 400) {
    await answer.body.dump().catch(() => {});
    const to = String(answer.headers.location ?? 'nowhere');
    return notOurs(
      context,
      `redirects to ${to}, which is not followed`,
      answer,
      undefined,
      `If that is the right server, set GATEWAY_API_URL to its address.`,
    );
  }
  const parsed = parseErrorBody(await readText(answer, apiUrl, context.globals.timeoutMs));
  if (!parsed) return notOurs(context, `answered ${answer.statusCode} in a form that is not a gateway's`, answer);
  const code = errorCodeHeader(answer) ?? parsed.code;
  const advice = adviceFor(context, { ...parsed, code }, headers);
  return new RemoteError({ ...parsed, code, status: answer.statusCode, ...trace(answer, context), ...advice });
}

/** The server's own code of the error. Not every envelope has a place for it, and a provider's passed-on body has another. */
function errorCodeHeader(answer: Dispatcher.ResponseData): string | undefined {
  const code = answer.headers['x-gateway-error-code'];
  return typeof code === 'string' && /^[a-z][a-z_]{0,63}$/.test(code) ? code : undefined;
}

function notOurs(
  context: Context,
  what: string,
  answer: Dispatcher.ResponseData,
  cause?: unknown,
  hint?: string,
): GatewayError {
  return new GatewayError('bad_response', `${context.settings.apiUrl} ${what}.`, {
    cause,
    hint,
    status: answer.statusCode,
    ...trace(answer, context),
  });
}

function trace(answer: Dispatcher.ResponseData, context: Context): { retryAfterS?: number; requestId?: string } {
  return {
    retryAfterS: retryAfter(header(answer, 'retry-after'), context.now()),
    requestId: header(answer, 'x-request-id'),
  };
}

function header(answer: Dispatcher.ResponseData, name: string): string | undefined {
  return answer.headers[name] === undefined ? undefined : String(answer.headers[name]);
}
