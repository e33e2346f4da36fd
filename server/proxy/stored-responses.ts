import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../../shared/errors.ts';
import { type JsonObject, parseObject, toJson } from '../dialects/lossless.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import { admitCaller } from '../policy/admit.ts';
import type { Kept } from '../responses/kept.ts';
import { listedItems } from '../responses/replay.ts';
import type { Services } from '../services.ts';
import { newRequestId } from '../store/ids.ts';
import { authenticate } from './authenticate.ts';
import { answerError } from './error-answer.ts';

const DEFAULT_PAGE = 20;
const MAX_PAGE = 100;

/** GET and DELETE /v1/responses/{id}: a kept answer, shown or forgotten. Shapes as in the OpenAI API reference. */
export function storedResponse(services: Services, request: IncomingMessage, response: ServerResponse, id: string) {
  return answering(request, response, async () => {
    const key = await caller(services, request);
    if (request.method === 'DELETE') {
      if (!(await services.conversations.remove(key.projectId, id))) throw missing(id);
      return { id, object: 'response', deleted: true };
    }
    if (queryOf(request).get('stream') === 'true')
      throw new GatewayError('invalid_request', 'A kept response is not streamed again.', {
        param: 'stream',
        hint: '',
      });
    return parseObject((await found(services, key, id)).response)!;
  });
}

/** GET /v1/responses/{id}/input_items: the input that it answered, the newest item first unless asked otherwise. */
export function storedInput(services: Services, request: IncomingMessage, response: ServerResponse, id: string) {
  return answering(request, response, async () => {
    const kept = await found(services, await caller(services, request), id);
    const query = queryOf(request);
    const items = listedItems(kept);
    if (query.get('order') !== 'asc') items.reverse();
    const after = query.get('after');
    const from = after === null ? 0 : items.findIndex((item) => item.id === after) + 1;
    const limit = Math.min(MAX_PAGE, Math.max(1, Number.parseInt(query.get('limit') ?? '', 10) || DEFAULT_PAGE));
    const data = items.slice(from, from + limit);
    return {
      object: 'list',
      data,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
      has_more: from + limit < items.length,
    };
  });
}

/** POST /v1/responses/{id}/cancel: nothing runs in the background here. */
export function cancelResponse(_services: Services, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const message = 'Only a response that runs in the background can be cancelled, and none does here.';
  answerError(request, response, new GatewayError('invalid_request', message, { hint: '' }));
}

async function caller(services: Services, request: IncomingMessage): Promise<KeyEntry> {
  const key = await authenticate(services, request);
  admitCaller(services, key, request);
  return key;
}

async function found({ conversations }: Services, key: KeyEntry, id: string): Promise<Kept> {
  const kept = await conversations.find(key.projectId, id);
  if (!kept) throw missing(id);
  return kept;
}

function missing(id: string): GatewayError {
  return new GatewayError('not_found', `Response with id '${id.slice(0, 100)}' not found.`, {
    hint: 'It may have expired, or was not to be kept.',
  });
}

function queryOf(request: IncomingMessage): URLSearchParams {
  return new URL(request.url ?? '/', 'http://localhost').searchParams;
}

async function answering(
  request: IncomingMessage,
  response: ServerResponse,
  answer: () => Promise<JsonObject>,
): Promise<void> {
  try {
    const body = Buffer.from(toJson(await answer()));
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': body.length,
      'x-request-id': newRequestId(Date.now()),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  } catch (error) {
    answerError(
      request,
      response,
      error instanceof GatewayError
        ? error
        : new GatewayError('internal_error', 'The gateway failed.', { cause: error }),
    );
  }
}
