/**
 * A closed loop of load: reads a job as one JSON line, writes `measuring` when the warm-up is over and at the end one JSON
 * line of figures. The job: `{port, path, key, body, connections, warmupMs, durationMs}`.
 */
import { createInterface } from 'node:readline';
import { connect, requestBytes } from './connection.js';

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;

function summary(values) {
  const sorted = Float64Array.from(values).sort();
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

/** Sends over every connection until the time is up, then lets the answers come in. */
function phase(job, request, durationMs) {
  const totals = [];
  const firstBytes = [];
  const failures = {};
  const startedAt = performance.now();
  const stopAt = startedAt + durationMs;
  const fail = (what) => {
    failures[what] = (failures[what] ?? 0) + 1;
  };
  const loop = () =>
    new Promise((resolve) => {
      const end = () => {
        connection.close();
        resolve();
      };
      const connection = connect({
        port: job.port,
        onAnswer: ({ status, firstByteMs, totalMs }) => {
          if (status === 200) {
            totals.push(totalMs);
            firstBytes.push(firstByteMs);
          } else fail(`status ${status}`);
          if (performance.now() < stopAt) connection.send(request);
          else end();
        },
        onError: (error) => {
          fail(error.code ?? error.message);
          end();
        },
      });
      connection.send(request);
    });
  return Promise.all(Array.from({ length: job.connections }, loop)).then(() => {
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      done: totals.length,
      perSecond: totals.length / seconds,
      total: summary(totals),
      firstByte: summary(firstBytes),
      failures,
    };
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  const request = requestBytes(job);
  await phase(job, request, job.warmupMs);
  process.stdout.write('measuring\n');
  process.stdout.write(`${JSON.stringify(await phase(job, request, job.durationMs))}\n`);
  break;
}
process.exit(0);
