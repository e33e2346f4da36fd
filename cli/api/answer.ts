import { GatewayError } from '../../shared/errors.ts';
import { type Client, JSON_TYPE } from '../client.ts';
import type { Context } from '../context.ts';
import { connectionError } from '../network-error.ts';
import { jsonText, pickFields, safeJson, visibleLines } from '../output.ts';

type Answer = Awaited<ReturnType<Client['send']>>;

const TEXT_TYPE = /^(text\/|application\/(javascript|xml|yaml|openmetrics-text))/i;

/** Prints what was answered: JSON as it is, other text with its control characters visible, anything else byte for byte. */
export async function printAnswer(context: Context, answer: Answer): Promise<void> {
  const type = String(answer.headers['content-type'] ?? '');
  if (context.json || JSON_TYPE.test(type)) return printJson(context, answer, type);
  const isText = TEXT_TYPE.test(type);
  if (!isText && context.width !== undefined)
    throw new GatewayError('usage', `The answer is ${type || 'of no type'}, nothing for a terminal.`, {
      hint: 'Redirect it to a file: gateway api … > file.',
      next: [],
    });
  const decoder = new TextDecoder();
  for await (const chunk of pieces(context, answer))
    await context.write(isText ? visibleLines(decoder.decode(chunk, { stream: true })) : chunk);
}

async function printJson(context: Context, answer: Answer, type: string): Promise<void> {
  const text = (await whole(context, answer)).toString('utf8').trim();
  // nothing is what a 204 says
  if (text === '') return context.json ? context.write('null\n') : undefined;
  const { fields } = context.globals;
  if (!JSON_TYPE.test(type))
    throw notJson(`answered with ${type || 'no content type'} instead of JSON`, context, answer);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notJson('answered with JSON that cannot be read', context, answer, cause);
  }
  // not printed from the value: numbers that JavaScript cannot hold stay what they are
  await context.write(`${fields ? jsonText(pickFields(value, fields)) : safeJson(text)}\n`);
}

function notJson(what: string, context: Context, answer: Answer, cause?: unknown): GatewayError {
  const requestId = answer.headers['x-request-id'];
  return new GatewayError('bad_response', `${context.settings.apiUrl} ${what}.`, {
    cause,
    status: answer.statusCode,
    requestId: requestId === undefined ? undefined : String(requestId),
    hint: 'Leave out --json to see it as it is.',
  });
}

async function whole(context: Context, answer: Answer): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of pieces(context, answer)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* pieces(context: Context, answer: Answer): AsyncGenerator<Uint8Array> {
  try {
    yield* answer.body as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw connectionError(error, context.settings.apiUrl, context.globals.timeoutMs);
  }
}
