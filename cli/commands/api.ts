import { randomUUID } from 'node:crypto';
import { Option } from 'commander';
import { GatewayError } from '../../shared/errors.ts';
import { readKey } from '../access.ts';
import type { Bearer } from '../bearer.ts';
import type { Outgoing } from '../client.ts';
import { command as make } from '../command.ts';
import { type Context, shellWord } from '../context.ts';
import { jsonText } from '../output.ts';
import { RemoteError } from '../remote-error.ts';

interface Options {
  method?: string;
  field: string[];
  header: string[];
  input?: string;
  paginate?: boolean;
  key?: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const collect = (value: string, earlier: string[]) => [...earlier, value];

/** `gateway api <path>`: one call as it is, with the credential in force. */
export const command = (context: Context) =>
  make('api', {
    example: 'gateway api /api/v1/me',
    prints: 'the server\'s answer as it is, such as {"id":"usr_…","display_name":"Ann", …}',
    output: async () => (await import('zod')).z.unknown().describe("the server's answer, or a list with --paginate"),
    errors: ['not_found', 'permission_denied', 'conflict', 'invalid_request', 'no_api_key'],
  })
    .argument('<path>', 'such as /api/v1/me or /v1/models; gateway api /openapi.json lists them')
    .addOption(
      new Option('-X, --method <method>', 'the method (default: GET, or POST with --field or --input)').argParser(
        method,
      ),
    )
    .option('-f, --field <field>', 'name=text, name:=json or name=@file; repeat it for more', collect, [])
    .option('--input <source>', 'the body: - for stdin, @path for a file')
    .option('-H, --header <line>', 'a header, as "name: value"; repeat it for more', collect, [])
    .option('--paginate', 'fetch every page of a list and print all rows as one list')
    .option('--key <source>', 'another credential: - for stdin, @path for a file')
    .action(async (given: string, options: Options) => {
      const { pathOn, bearerOf } = await import('../api/target.ts');
      const path = pathOn(context.settings.apiUrl, given);
      const { outgoing, shown } = await compose(context, path, options);
      if (outgoing.method !== 'GET')
        context.preview({ method: outgoing.method, url: context.settings.apiUrl + outgoing.path, body: shown });
      const bearer =
        options.key === undefined
          ? await bearerOf(context, outgoing.method, outgoing.path)
          : { token: await readKey(context, options.key, '--key') };
      if (!options.paginate) {
        const { printAnswer } = await import('../api/answer.ts');
        return printAnswer(context, await send(context, outgoing, bearer));
      }
      const [{ everyPage }, client] = await Promise.all([import('../api/every-page.ts'), context.client()]);
      const rows = await everyPage(outgoing.path, async (page) =>
        client.json(await send(context, { ...outgoing, path: page }, bearer)),
      );
      await context.show(rows, () => jsonText(rows));
    });

function method(text: string): string {
  const upper = text.toUpperCase();
  if (METHODS.includes(upper)) return upper;
  throw new GatewayError('usage', `--method must be one of ${METHODS.join(', ')}.`, { param: '--method' });
}

/** The request, and its body as a preview shows it. */
async function compose(
  context: Context,
  path: string,
  options: Options,
): Promise<{ outgoing: Outgoing; shown: unknown }> {
  const [{ parseFields, queryOf, shownFields }, { parseHeaders }, { readInput, shownBody }] = await Promise.all([
    import('../api/fields.ts'),
    import('../api/headers.ts'),
    import('../api/input.ts'),
  ]);
  const fields = parseFields(context, options.field);
  const hasFields = options.field.length > 0;
  const verb = options.method ?? (hasFields || options.input !== undefined ? 'POST' : 'GET');
  refuseTogether(options, verb, hasFields);
  const body =
    options.input === undefined
      ? hasFields && verb !== 'GET'
        ? JSON.stringify(fields.values)
        : undefined
      : await readInput(context, options.input);
  const query = hasFields && verb === 'GET' ? queryOf(fields) : '';
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(verb === 'POST' ? { 'idempotency-key': context.idempotencyKey ?? randomUUID() } : {}),
    ...parseHeaders(options.header),
  };
  const glue = query === '' ? '' : path.includes('?') ? '&' : '?';
  return {
    outgoing: { method: verb, path: path + glue + query, headers, body },
    shown: options.input === undefined ? (hasFields ? shownFields(fields) : null) : shownBody(body),
  };
}

function refuseTogether({ input, paginate }: Options, verb: string, hasFields: boolean): void {
  const refuse = (message: string, param: string) => {
    throw new GatewayError('usage', message, { param, hint: 'Leave one of them out.' });
  };
  if (input !== undefined && hasFields) refuse('--input and --field do not go together.', '--input');
  if (input !== undefined && verb === 'GET') refuse('--input does not go with GET, which has no body.', '--input');
  if (paginate && verb !== 'GET') refuse('--paginate goes with GET alone.', '--paginate');
}

async function send(context: Context, outgoing: Outgoing, bearer: Bearer | undefined) {
  const [{ sendAs }, client] = await Promise.all([import('../bearer.ts'), context.client()]);
  const answer = sendAs(bearer, outgoing, (each) => client.send(each));
  return answer.catch(async (error: unknown) => {
    throw error instanceof RemoteError && error.code === 'not_found' ? await pathMeant(error, outgoing) : error;
  });
}

/** Nothing at `/me`: `/api/v1/me` was meant. */
async function pathMeant(error: RemoteError, { method, path }: Outgoing): Promise<RemoteError> {
  const { wholePath } = await import('../api/target.ts');
  const meant = await wholePath(method, path);
  if (meant === undefined) return error;
  const command = `gateway api ${shellWord(meant)}${method === 'GET' ? '' : ` --method ${method}`}`;
  return new RemoteError({
    ...error.failure,
    hint: `Did you mean ${meant}?`,
    next: [{ command, when: 'to ask there' }],
  });
}
