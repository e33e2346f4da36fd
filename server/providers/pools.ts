import { Pool } from 'undici';
import { publicLookup } from './private-network.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** The connection pools of all providers: one for each origin, and one more for those who may not reach the server's own network. */
export class Pools {
  private readonly open = new Map<string, Pool>();

  /** @param fenced connects to public addresses alone, whatever the name resolves to at that moment. */
  get(origin: string, fenced: boolean): Pool {
    const id = fenced ? `fenced ${origin}` : origin;
    let pool = this.open.get(id);
    if (!pool) {
      pool = new Pool(origin, {
        connections: null,
        pipelining: 1,
        connect: { timeout: CONNECT_TIMEOUT_MS, ...(fenced ? { lookup: publicLookup } : {}) },
        keepAliveTimeout: 10_000,
        // Each call has a clock of its own.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      this.open.set(id, pool);
      this.forgetIdle(id, pool);
    }
    return pool;
  }

  /** One that nobody is connected by is made anew when it is needed: the addresses of removed keys do not pile up. */
  private forgetIdle(id: string, pool: Pool): void {
    const forget = () => {
      const { connected, size } = pool.stats;
      if (connected === 0 && size === 0 && this.open.get(id) === pool) this.open.delete(id);
    };
    pool.on('disconnect', forget);
    pool.on('connectionError', forget);
  }

  async close(): Promise<void> {
    await Promise.all([...this.open.values()].map((pool) => pool.destroy()));
  }
}
