import { EventStreamCodec } from '@smithy/eventstream-codec';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

const string = (value: string) => ({ type: 'string' as const, value });

/** An event of a stream as Bedrock frames it, by the SDK's own codec. */
export function event(type: string, value: object): Buffer {
  return Buffer.from(
    codec.encode({
      headers: {
        ':event-type': string(type),
        ':content-type': string('application/json'),
        ':message-type': string('event'),
      },
      body: Buffer.from(JSON.stringify(value)),
    }),
  );
}

/** An exception inside a stream. */
export function exception(type: string, message: string): Buffer {
  return Buffer.from(
    codec.encode({
      headers: {
        ':exception-type': string(type),
        ':content-type': string('application/json'),
        ':message-type': string('exception'),
      },
      body: Buffer.from(JSON.stringify({ message })),
    }),
  );
}

/** An error of the connection itself, which has no payload. */
export function connectionError(code: string, message: string): Buffer {
  return Buffer.from(
    codec.encode({
      headers: {
        ':error-code': string(code),
        ':error-message': string(message),
        ':message-type': string('error'),
      },
      body: new Uint8Array(),
    }),
  );
}
