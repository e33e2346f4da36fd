import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { GatewayError } from '../../../shared/errors.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { readStdin } from '../../stdin.ts';
import { explanationText } from './text.ts';

interface Options {
  model?: string;
  file?: string;
  format?: 'openai' | 'responses' | 'anthropic' | 'gemini';
  stream?: true;
  strategy?: 'auto' | 'price' | 'throughput' | 'latency';
  session?: string;
  project?: string;
  /** False for `--no-fallback`. */
  fallback: boolean;
}

const MOST_BYTES = 16 * 1024 * 1024;
const FILE = '--file';

/** `gateway route explain [prompt]` */
export const command = (context: Context) =>
  make('explain', {
    example: 'gateway route explain --model auto "What is the capital of France?" --json',
    examples: [
      'gateway route explain --model gpt-4o-mini --stream --strategy price',
      'gateway route explain --file request.json',
    ],
    prints:
      '{"model":"auto","tier":"SIMPLE","reason":"weighted-score","chosen":{"provider":"openai","model":"openai/gpt-4o-mini","region":null},"fallbacks":[…],"candidates":[…],"excluded":[…],"estimate":{"cost_usd":"0.0006", …},"refusal":null, …}',
    notes:
      'Nobody is asked and nothing is changed: it says where the request would go now. Rate limits are not counted.',
    output: async () => (await import('../../../shared/contracts/route-explain.ts')).explanationSchema,
    errors: ['not_logged_in', 'invalid_api_key', 'model_not_found', 'invalid_request', 'permission_denied'],
  })
    .argument('[prompt]', 'what would be asked')
    .option('--model <id>', 'the model that would be asked for (default: auto, or what the file says)')
    .option(`${FILE} <file>`, 'a whole request body, as JSON; - for stdin')
    .addOption(
      new Option('--format <format>', "the request's format (default: by the file, else openai)").choices([
        'openai',
        'responses',
        'anthropic',
        'gemini',
      ]),
    )
    .option('--stream', 'as a stream')
    .addOption(new Option('--strategy <name>', 'what is to count').choices(['auto', 'price', 'throughput', 'latency']))
    .option('--session <id>', 'as a request of this session')
    .option('--no-fallback', 'as a request with x-no-fallback')
    .option('--project <id>', 'for which project, when a person asks (default: the default one)')
    .action(async (prompt: string | undefined, options: Options) => {
      const { model, file, stream, strategy, session, project, fallback } = options;
      if (prompt !== undefined && file !== undefined)
        throw new GatewayError('usage', `${FILE} has the prompt in it already.`, {
          param: '[prompt]',
          hint: `Leave out the prompt or ${FILE}.`,
        });
      const request = file === undefined ? undefined : await requestIn(context, file);
      const { explainRoute } = await import('../../../shared/contracts/route-explain.ts');
      const body = {
        model: model ?? (request ? undefined : 'auto'),
        format: options.format ?? formatOf(request),
        prompt,
        request,
        stream,
        routing: strategy,
        session,
        project,
        headers: fallback ? undefined : { 'x-no-fallback': 'true' },
      };
      const told = await context.call(
        explainRoute,
        { body },
        { flags: { routing: '--strategy', request: FILE, prompt: '[prompt]', messages: FILE, input: FILE } },
      );
      await context.show(told, explanationText);
    });

async function requestIn(context: Context, file: string): Promise<Record<string, unknown>> {
  const text = file === '-' ? await readStdin(context, MOST_BYTES, tooMuch) : textOf(context, file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notARequest(cause);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw notARequest();
}

function textOf({ cwd }: Context, file: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new GatewayError('file_error', `${FILE} names ${file}, which cannot be read (${code}).`, {
      param: FILE,
      cause,
    });
  }
}

/** Anthropic's messages look like chat completions, but for a system prompt; where there is none, `--format` tells. */
function formatOf(request: Record<string, unknown> | undefined): NonNullable<Options['format']> {
  if (request?.contents !== undefined) return 'gemini';
  if (request?.system !== undefined) return 'anthropic';
  return request?.input !== undefined && request.messages === undefined ? 'responses' : 'openai';
}

function notARequest(cause?: unknown): GatewayError {
  return new GatewayError('usage', `${FILE}: this is no request: a JSON object is needed.`, { param: FILE, cause });
}

function tooMuch(): GatewayError {
  return new GatewayError('usage', `${FILE} was given more than ${MOST_BYTES / 1024 / 1024} MiB.`, { param: FILE });
}
