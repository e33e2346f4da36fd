/**
 * Where the gateway's time goes: runs it under `--cpu-prof` with the JSON load (or `--stream`) for `--seconds`, and prints
 * the functions with the most time of their own and the files they are in. `node scripts/bench/profile.js [--top 40]`
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runLoad } from './measure.js';
import { killAll, stop } from './processes.js';
import { BODIES } from './scenarios.js';
import { check, startGateway, startMock } from './targets.js';

/** As V8 stamps its samples: microseconds of the monotonic clock. */
const nowUs = () => Number(process.hrtime.bigint() / 1000n);

/** Microseconds of each function's own between two instants, over all threads; the key names function and place. */
function selfTimes(profiles, fromUs, toUs) {
  const times = new Map();
  for (const profile of profiles) {
    const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
    let at = profile.startTime;
    profile.samples.forEach((id, index) => {
      at += profile.timeDeltas[index];
      if (at < fromUs || at > toUs) return;
      const { functionName, url, lineNumber } = frames.get(id);
      const key = `${functionName || '(anonymous)'}\t${url ? `${url.replace(/^.*\/(node_modules|dist|server|shared)\//, '$1/')}:${lineNumber + 1}` : ''}`;
      times.set(key, (times.get(key) ?? 0) + (profile.timeDeltas[index + 1] ?? 0));
    });
  }
  return times;
}

function table(times, top, done) {
  const idle = [...times].filter(([key]) => key.startsWith('(idle)')).reduce((sum, [, us]) => sum + us, 0);
  const busy = [...times].filter(([key]) => !key.startsWith('(idle)')).sort((a, b) => b[1] - a[1]);
  const total = busy.reduce((sum, [, us]) => sum + us, 0);
  const row = ([key, us]) =>
    `${((us / total) * 100).toFixed(1).padStart(5)} % ${(us / done).toFixed(2).padStart(7)} us  ${key.replace('\t', '  ')}`;
  const files = new Map();
  for (const [key, us] of busy) {
    const [name, place] = key.split('\t');
    const file = place ? place.replace(/:\d+$/, '') : name;
    files.set(file, (files.get(file) ?? 0) + us);
  }
  const byFile = [...files].sort((a, b) => b[1] - a[1]);
  return [
    `${done} requests, ${(total / 1e6).toFixed(2)} s busy, ${(idle / 1e6).toFixed(2)} s idle, ${(total / done).toFixed(1)} us a request`,
    '',
    'share    a request  function',
    ...busy.slice(0, top).map(row),
    '',
    'share    a request  file',
    ...byFile.slice(0, Math.ceil(top / 2)).map(row),
  ].join('\n');
}

async function main() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '6' },
      top: { type: 'string', default: '40' },
      stream: { type: 'boolean', default: false },
    },
  });
  const profiles = join(directory, 'profiles');
  const mock = await startMock();
  const gateway = await startGateway(mock, directory, [
    '--cpu-prof',
    `--cpu-prof-dir=${profiles}`,
    '--cpu-prof-interval=200',
  ]);
  await check(gateway);
  let fromUs = 0;
  const job = { ...gateway, child: undefined, body: values.stream ? BODIES.stream : BODIES.json, connections: 64 };
  const load = await runLoad({ ...job, warmupMs: 3000, durationMs: Number(values.seconds) * 1000 }, () => {
    fromUs = nowUs();
  });
  const toUs = nowUs();
  if (Object.keys(load.failures).length > 0) throw new Error(`The load failed: ${JSON.stringify(load.failures)}`);
  await stop(gateway.child);
  await stop(mock.child);
  const files = readdirSync(profiles).filter((name) => name.endsWith('.cpuprofile'));
  const read = files.map((name) => JSON.parse(readFileSync(join(profiles, name), 'utf8')));
  process.stdout.write(`${table(selfTimes(read, fromUs, toUs), Number(values.top), load.done)}\n`);
}

const directory = mkdtempSync(join(tmpdir(), 'gateway-profile-'));
process.on('exit', () => {
  killAll();
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
await main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
process.exit();
