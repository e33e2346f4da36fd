import { GatewayError } from '../../shared/errors.ts';
import { formatUsd, parseUsd } from '../../shared/money.ts';
import type { Client } from '../client.ts';
import type { Context } from '../context.ts';
import { connectionError } from '../network-error.ts';
import { parseErrorBody, RemoteError } from '../remote-error.ts';
import { PROBE_FORMATS, type ProbeFormat, type Said } from './formats.ts';
import { readEvents } from './read-events.ts';

export interface ProbeRequest {
  model: string;
  format: keyof typeof PROBE_FORMATS;
  stream: boolean;
  key: string;
}

export interface ProbeResult {
  ok: true;
  model: string;
  provider: string | null;
  reply: string;
  latency_ms: number;
  cost_usd: string | null;
  request_id: string | null;
}

type Answer = Awaited<ReturnType<Client['send']>>;

/** One tiny request end to end. Throws what the server or a provider refused, and an answer that is not complete. */
export async function probe(
  context: Context,
  { model, format: name, stream, key }: ProbeRequest,
): Promise<ProbeResult> {
  const format = PROBE_FORMATS[name];
  const path = format.path(model, stream);
  const client = await context.client();
  const startedAt = performance.now();
  const answer = await client.send({
    method: 'POST',
    path,
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${key}`,
      'x-source': 'gateway-cli',
      ...format.headers,
    },
    body: JSON.stringify(format.body(model, stream)),
  });
  const header = (wanted: string) => (answer.headers[wanted] === undefined ? null : String(answer.headers[wanted]));
  const requestId = header('x-request-id') ?? undefined;
  const said = stream
    ? await readStream(context, answer, { ...format, path }, requestId)
    : format.whole(await client.json(answer));
  if (!said.done)
    throw new GatewayError('bad_response', `The answer to ${path} is not complete.`, {
      hint: 'Retry, or name another model.',
      requestId,
    });
  return {
    ok: true,
    model: header('x-gateway-model') ?? model,
    provider: header('x-gateway-provider'),
    reply: said.text,
    latency_ms: Math.round(performance.now() - startedAt),
    cost_usd: said.cost === undefined ? null : costText(said.cost),
    request_id: requestId ?? null,
  };
}

async function readStream(
  context: Context,
  answer: Answer,
  { path, event }: Pick<ProbeFormat, 'event'> & { path: string },
  requestId: string | undefined,
): Promise<Said> {
  const said: Said = { text: '', cost: undefined, done: false };
  try {
    for await (const data of readEvents(answer.body)) {
      if (data === '[DONE]') {
        said.done = true;
        continue;
      }
      const refused = parseErrorBody(data);
      if (refused) throw new RemoteError({ ...refused, status: 502, requestId });
      const { text = '', cost, done } = event(JSON.parse(data));
      said.text += text;
      said.cost = cost ?? said.cost;
      said.done ||= done === true;
    }
    return said;
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    if (error instanceof SyntaxError)
      throw new GatewayError('bad_response', `The stream of ${path} holds an event that is not JSON.`, {
        cause: error,
        requestId,
      });
    throw connectionError(error, context.settings.apiUrl, context.globals.timeoutMs);
  }
}

/** The body's JSON number as the decimal string that money is elsewhere. */
function costText(cost: number): string {
  return formatUsd(parseUsd(cost.toFixed(9)) ?? 0n);
}
