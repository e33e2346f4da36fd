import { LRUCache } from 'lru-cache';
import type { Services } from '../services.ts';
import { openChannel } from '../store/channel.ts';

/** Where a session is served: a target (`Target.id`), and the credential that it was called with. */
export interface Pin {
  targetId: string;
  credentialId: string;
}

/** A session, of one project, that asks for one model by this name. */
export interface PinnedSession {
  projectId: string;
  model: string;
  session: string;
}

/** Which target each session stays at, so that its prompt cache stays warm. In memory; processes with a Redis follow each other. */
export interface Pins {
  /** Where it is pinned. Asking is using: it stays for another `ttlSeconds`. */
  get(of: PinnedSession, ttlSeconds: number): Pin | undefined;
  /** The same, but looking is not using. */
  peek(of: PinnedSession, ttlSeconds: number): Pin | undefined;
  /** Its answer comes from here: it is pinned here from now on. */
  keep(of: PinnedSession, pin: Pin, ttlSeconds: number): void;
  /** It may not be served there any more. */
  drop(of: PinnedSession): void;
  close(): void;
}

interface Entry extends Pin {
  /** When it came to be this one: of two processes' pins the later stays. */
  sinceMs: number;
  usedMs: number;
  /** When the others were told last. */
  toldMs: number;
}

/** A pin as it is told to other processes: key, target, credential, since. */
type Told = [key: string, targetId: string, credentialId: string, sinceMs: number];

const CHANNEL = 'pins';
const MOST_PINS = 100_000;
const TELL_EVERY_MS = 100;

/** @param nowMs the wall clock, as processes compare their pins by it. */
export function createPins({ shared }: Pick<Services, 'shared'>, nowMs: () => number = Date.now): Pins {
  const entries = new LRUCache<string, Entry>({ max: MOST_PINS });
  const untold = new Map<string, Entry>();
  let timer: NodeJS.Timeout | undefined;

  const tell = () => {
    timer = undefined;
    const pins = [...untold].map(
      ([key, { targetId, credentialId, sinceMs }]): Told => [key, targetId, credentialId, sinceMs],
    );
    untold.clear();
    channel?.tell({ pins });
  };

  const channel =
    shared &&
    openChannel(shared, CHANNEL, (message) => {
      const now = nowMs();
      for (const [key, targetId, credentialId, sinceMs] of pinsIn(message)) {
        const told: Entry = { targetId, credentialId, sinceMs, usedMs: now, toldMs: now };
        const mine = entries.peek(key);
        if (!mine || isLater(told, mine)) entries.set(key, told);
        else if (isSame(told, mine)) Object.assign(mine, { usedMs: now, toldMs: now });
      }
    });

  return {
    get(of, ttlSeconds) {
      const key = keyOf(of);
      const entry = entries.get(key);
      if (!entry) return undefined;
      const now = nowMs();
      if (now - entry.usedMs > ttlSeconds * 1000) {
        entries.delete(key);
        return undefined;
      }
      entry.usedMs = now;
      return entry;
    },
    peek(of, ttlSeconds) {
      const entry = entries.peek(keyOf(of));
      return entry && nowMs() - entry.usedMs <= ttlSeconds * 1000 ? entry : undefined;
    },
    keep(of, pin, ttlSeconds) {
      const key = keyOf(of);
      const now = nowMs();
      let entry = entries.get(key);
      if (!entry || !isSame(entry, pin)) {
        // Later than what it takes the place of, whatever another process's clock says.
        const sinceMs = entry ? Math.max(now, entry.sinceMs + 1) : now;
        entry = {
          targetId: pin.targetId,
          credentialId: pin.credentialId,
          sinceMs,
          usedMs: now,
          toldMs: Number.NEGATIVE_INFINITY,
        };
        entries.set(key, entry);
      }
      entry.usedMs = now;
      // Said again before the others forget it, though they may not have been asked for it.
      if (!channel || now - entry.toldMs < ttlSeconds * 500) return;
      entry.toldMs = now;
      untold.set(key, entry);
      timer ??= setTimeout(tell, TELL_EVERY_MS).unref();
    },
    drop: (of) => void entries.delete(keyOf(of)),
    close: () => clearTimeout(timer),
  };
}

/** No session's name has a line's end in it, and no project's id. */
function keyOf({ projectId, model, session }: PinnedSession): string {
  return `${projectId}\n${session}\n${model}`;
}

function isSame(one: Pin, other: Pin): boolean {
  return one.targetId === other.targetId && one.credentialId === other.credentialId;
}

/** All processes must come to the same: where two pinned a session in the same millisecond, the names decide. */
function isLater(one: Entry, other: Entry): boolean {
  if (one.sinceMs !== other.sinceMs) return one.sinceMs > other.sinceMs;
  return !isSame(one, other) && `${one.targetId}\n${one.credentialId}` > `${other.targetId}\n${other.credentialId}`;
}

/** The pins that another process tells of; none for what is no such message. */
function pinsIn(message: unknown): Told[] {
  const { pins } = (message ?? {}) as { pins?: unknown };
  return Array.isArray(pins) ? pins.filter(isTold) : [];
}

function isTold(pin: unknown): pin is Told {
  if (!Array.isArray(pin)) return false;
  const [key, targetId, credentialId, sinceMs] = pin as unknown[];
  return [key, targetId, credentialId].every((part) => typeof part === 'string') && typeof sinceMs === 'number';
}
