import { errorEnvelope, type GatewayError } from '../../../shared/errors.ts';
import { type JsonObject, toJson } from '../lossless.ts';
import { responseId } from './ids.ts';

/** A response that failed, with what had been told of it before. Codex prints `error.message`. */
export function failedResponse(error: GatewayError, told: JsonObject): JsonObject {
  const { message, code } = errorEnvelope(error).error;
  return { ...told, status: 'failed', error: { code, message }, incomplete_details: null, usage: null };
}

/** The same as the event that ends a stream. @param sequence its number in the stream. */
export function failedFrame(error: GatewayError, told: JsonObject, sequence: number): string {
  const data = { type: 'response.failed', sequence_number: sequence, response: failedResponse(error, told) };
  return `event: response.failed\ndata: ${toJson(data)}\n\n`;
}

/** A response of which nothing has been told. */
export function untold(requestId: string): JsonObject {
  return {
    id: responseId(requestId),
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    output: [],
  };
}
