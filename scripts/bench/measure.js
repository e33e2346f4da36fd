/** One scenario against one target. */

import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { busySeconds, cpuSeconds, peakMemoryMib, settle, start, stop } from './processes.js';
import { BODIES } from './scenarios.js';
import { GATEWAY_CORE, LOAD_CORE } from './targets.js';

const LOAD = fileURLToPath(new URL('load.js', import.meta.url));

/** Runs a job of load; `onMeasuring` is called when the warm-up is over. */
export async function runLoad(job, onMeasuring = () => {}) {
  const child = start([LOAD], { core: LOAD_CORE });
  child.stdin.write(`${JSON.stringify(job)}\n`);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line !== 'measuring') return JSON.parse(line);
      onMeasuring();
    }
  } finally {
    await stop(child);
  }
  throw new Error(`The load generator failed:\n${child.errors}`);
}

/**
 * Figures of a scenario: what the load saw, the CPU that the target used for it including what it put off until after, and
 * the share of its core that others took meanwhile.
 */
export async function measure(target, scenario, scale) {
  const { pid } = target.child;
  await settle(pid);
  let before;
  const snapshot = () => ({ cpu: cpuSeconds(pid), busy: busySeconds(GATEWAY_CORE), at: performance.now() });
  const job = {
    port: target.port,
    path: target.path,
    key: target.key,
    body: BODIES[scenario.body],
    connections: scenario.connections,
    warmupMs: scenario.warmupMs * scale,
    durationMs: scenario.durationMs * scale,
  };
  const load = await runLoad(job, () => {
    before = snapshot();
  });
  const after = snapshot();
  await settle(pid);
  const seconds = (after.at - before.at) / 1000;
  return {
    ...load,
    cpuPerThousand: ((cpuSeconds(pid) - before.cpu) / load.done) * 1000,
    putOffPerThousand: ((cpuSeconds(pid) - after.cpu) / load.done) * 1000,
    foreignShare:
      target.name === 'direct' ? 0 : Math.max(0, after.busy - before.busy - (after.cpu - before.cpu)) / seconds,
    peakMemoryMib: peakMemoryMib(pid),
  };
}
