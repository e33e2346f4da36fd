import type { World } from '../matrix/world.ts';
import type { ClientRequest } from './bodies.ts';

/** An event of a stream as it stands on the wire. */
export interface WireEvent {
  event: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: events of four formats
  data: any;
}

export interface WireAnswer {
  status: number;
  headers: Headers;
  text: string;
  events: WireEvent[];
}

/** Sends a client's request as it is, with the key as a Bearer token unless the client has another way. */
export async function send(
  { url, key }: Pick<World, 'url' | 'key'>,
  { path, headers, body }: ClientRequest,
  auth: Record<string, string> = { authorization: `Bearer ${key}` },
): Promise<WireAnswer> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers, ...auth },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const events = text.split(/\r?\n\r?\n/).flatMap((frame): WireEvent[] => {
    const lines = frame.split(/\r?\n/);
    const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6));
    if (data.length === 0) return [];
    const event = lines.find((line) => line.startsWith('event: '))?.slice(7);
    return [{ event, data: data[0] === '[DONE]' ? '[DONE]' : JSON.parse(data.join('\n')) }];
  });
  return { status: response.status, headers: response.headers, text, events };
}
