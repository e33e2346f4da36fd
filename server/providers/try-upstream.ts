import type { Dispatcher } from 'undici';
import type { ProviderFormat } from '../dialects/dialect.ts';
import { changeBody, type Headers } from './provider.ts';
import type { Route, Upstream } from './upstream.ts';

/** How a provider answered to a credential. */
export interface Trial {
  ok: boolean;
  checked: 'models' | 'completion';
  /** Null: there was no answer. */
  statusCode: number | null;
  latencyMs: number;
  /** What failed, in the provider's words where it had some. */
  error: string | null;
}

/** A model that a completion is asked of. `guessed`: the credential is right also where the provider does not know it. */
export interface TrialModel {
  name: string;
  guessed: boolean;
}

const TIMEOUT_MS = 15_000;
const MOST_BYTES = 64 * 1024;
const LONGEST_ERROR = 300;
const HI = 'Hi';

/** The smallest request of each format. */
const SMALLEST: Readonly<Record<ProviderFormat, (model: string, limit: string) => Record<string, unknown>>> = {
  'openai-chat': (model, limit) => ({ model, messages: [{ role: 'user', content: HI }], [limit]: 16 }),
  'openai-responses': (model) => ({ model, input: HI, max_output_tokens: 16, store: false }),
  'anthropic-messages': (model) => ({ model, max_tokens: 1, messages: [{ role: 'user', content: HI }] }),
  gemini: () => ({ contents: [{ role: 'user', parts: [{ text: HI }] }], generationConfig: { maxOutputTokens: 1 } }),
  'bedrock-converse': () => ({
    messages: [{ role: 'user', content: [{ text: HI }] }],
    inferenceConfig: { maxTokens: 1 },
  }),
};

/**
 * Asks a provider once with its credential: for its list of models, or, with a model or where there is no list that a
 * wrong key is refused, for a token or so of one. Never throws; nothing is retried.
 */
export async function tryUpstream(upstream: Upstream, model: TrialModel, wanted: boolean): Promise<Trial> {
  const startedMs = performance.now();
  const checked = wanted || upstream.provider.modelsPath === null ? 'completion' : 'models';
  const end = (ok: boolean, statusCode: number | null, error: string | null): Trial => ({
    ok,
    checked,
    statusCode,
    latencyMs: Math.round(performance.now() - startedMs),
    error,
  });
  try {
    const { statusCode, text } =
      checked === 'models' ? await askForModels(upstream) : await askForToken(upstream, model);
    // A provider tells a wrong key before it looks for the model.
    const known = checked === 'completion' && model.guessed && [400, 404, 422].includes(statusCode);
    const ok = (statusCode >= 200 && statusCode < 300) || known;
    return end(ok, statusCode, ok ? null : `${upstream.name} answered ${statusCode}${said(text)}`);
  } catch (error) {
    return end(false, null, `${upstream.name} cannot be asked: ${reasonOf(error as Error)}.`);
  }
}

interface Asked {
  statusCode: number;
  text: string;
}

function askForModels(upstream: Upstream): Promise<Asked> {
  return ask(upstream, upstream.modelsRoute()!, 'GET');
}

function askForToken(upstream: Upstream, { name }: TrialModel): Promise<Asked> {
  const { provider } = upstream;
  const format = upstream.formats[0]!;
  const route = upstream.route({ format, model: name, stream: false });
  const body = SMALLEST[format](name, provider.outputLimitField);
  changeBody(body, provider);
  return ask(upstream, route, 'POST', Buffer.from(JSON.stringify(body)));
}

async function ask(
  { provider }: Upstream,
  { pool, origin, path, headers, credential }: Route,
  method: 'GET' | 'POST',
  body: Buffer = Buffer.alloc(0),
): Promise<Asked> {
  const named: Record<string, string> = { ...provider.headers };
  for (let i = 0; i < headers.length; i += 2) named[headers[i]!] = headers[i + 1]!;
  const url = new URL(path, origin);
  const signed: Headers = (await provider.sign?.({ method, url, headers: named, body }, credential)) ?? {};
  const answer = await pool.request({
    method,
    path,
    headers: { ...named, ...signed },
    ...(method === 'POST' && { body }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return { statusCode: answer.statusCode, text: await beginningOf(answer.body) };
}

/** What an error says stands at the beginning; a list of models may be long. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The message of an error in any of the usual shapes. */
function said(text: string): string {
  let message: unknown;
  try {
    const body = JSON.parse(text) as { error?: { message?: unknown } | string; message?: unknown; detail?: unknown };
    message = (typeof body.error === 'object' ? body.error?.message : body.error) ?? body.message ?? body.detail;
  } catch {
    return '.';
  }
  return typeof message === 'string' && message !== '' ? `: ${message.slice(0, LONGEST_ERROR)}` : '.';
}

function reasonOf(error: Error & { code?: string }): string {
  if (error.name === 'TimeoutError') return `it did not answer within ${TIMEOUT_MS / 1000} seconds`;
  return error.message.replace(/\.$/, '') || error.code || error.name;
}
