import type { JsonObject } from '../lossless.ts';
import type { AnswerContext } from '../translation.ts';

/** What a message says of itself, before its content. An id of another provider's making becomes one of ours. */
export function messageOf(id: string, model: string, { requestId, request }: AnswerContext): JsonObject {
  return {
    id: id.startsWith('msg_') ? id : `msg_${requestId.replace(/^req_/, '')}`,
    type: 'message',
    role: 'assistant',
    model: model === '' ? request.model : model,
    container: null,
    diagnostics: null,
  };
}
