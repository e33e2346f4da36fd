import { openChannel } from '../../store/channel.ts';
import type { SharedMemory } from '../../store/redis.ts';
import { type Counts, noCounts } from './counts.ts';

/** What is new of a target. */
export interface News extends Counts {
  /** A rate limit holds it out until then, by the clock of this process. */
  heldUntilMs: number;
}

/** What a process tells the others of, about once a second and only when there is something. */
export interface Share {
  /** Where to count what happens at a target, besides at home. */
  of(id: string): News;
}

interface ShareOptions {
  shared: SharedMemory;
  now: () => number;
  /** Another process counted this. */
  heard: (id: string, news: News) => void;
}

/** The members of a message's rows; its name changes when they do, for processes of two versions may run at once. */
const CHANNEL = 'health:1';
const EVERY_MS = 1000;

/** Tells other processes and listens to them. While Redis is down what is told is lost, and each goes on by itself. */
export function openShare({ shared, now, heard }: ShareOptions): Share {
  const unsent = new Map<string, News>();
  const channel = openChannel(shared, CHANNEL, (message) => {
    for (const [id, row] of Object.entries(targetsIn(message))) {
      const news = newsOf(row, now());
      if (news) heard(id, news);
    }
  });
  const send = () => {
    const targets = Object.fromEntries([...unsent].map(([id, news]) => [id, rowOf(news, now())]));
    unsent.clear();
    channel.tell({ targets });
  };
  return {
    of(id) {
      let news = unsent.get(id);
      if (!news) {
        if (unsent.size === 0) setTimeout(send, EVERY_MS).unref();
        news = { ...noCounts(), heldUntilMs: 0 };
        unsent.set(id, news);
      }
      return news;
    },
  };
}

function rowOf(news: News, nowMs: number): number[] {
  const { answered, failed, firstTokenMs, firstTokens, outputTokens, generationMs, heldUntilMs } = news;
  const heldMs = Math.max(0, heldUntilMs - nowMs);
  return [answered, failed, firstTokenMs, firstTokens, outputTokens, generationMs, heldMs].map(Math.round);
}

/** Undefined for one that is not ours. */
function newsOf(row: unknown, nowMs: number): News | undefined {
  if (!Array.isArray(row) || row.length !== 7 || !row.every((value) => Number.isFinite(value) && value >= 0))
    return undefined;
  const [answered, failed, firstTokenMs, firstTokens, outputTokens, generationMs, heldMs] = row as number[];
  return {
    answered: answered!,
    failed: failed!,
    firstTokenMs: firstTokenMs!,
    firstTokens: firstTokens!,
    outputTokens: outputTokens!,
    generationMs: generationMs!,
    heldUntilMs: nowMs + heldMs!,
  };
}

/** What is not ours says nothing. */
function targetsIn(message: unknown): object {
  const { targets } = (message ?? {}) as { targets?: unknown };
  return typeof targets === 'object' && targets !== null ? targets : {};
}
