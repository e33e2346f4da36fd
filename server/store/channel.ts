import { randomBytes } from 'node:crypto';
import type { SharedMemory } from './redis.ts';

/** The words of one process to all the others. */
export interface Channel {
  /** Lost while Redis is down, and for who does not listen yet. */
  tell(message: object): void;
}

/**
 * Opens a channel. Others may write to the same Redis, so what is heard must be judged; what is no JSON, and what this
 * channel told itself, is not heard.
 * @param name changes when the shape of messages does, for processes of two versions may run at once.
 */
export function openChannel(shared: SharedMemory, name: string, heard: (message: unknown) => void): Channel {
  const from = randomBytes(6).toString('hex');
  shared.subscribe(name, (text) => {
    const message = parsed(text);
    if ((message as { from?: unknown } | null | undefined)?.from !== from) heard(message);
  });
  return { tell: (message) => shared.publish(name, JSON.stringify({ ...message, from })) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
