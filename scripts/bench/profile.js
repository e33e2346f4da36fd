/**
 * Where the gateway's time goes: runs it under `--cpu-prof` with one load (`--body json`, `stream` or `large`) for `--seconds`, and prints
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

const placeOf = ({ url, lineNumber }) =>
  url ? `${url.replace(/^.*\/(node_modules|dist|server|shared)\//, '$1/')}:${lineNumber + 1}` : '';

/** What a frame belongs to: a package, our own code, Node's, or the engine itself. */
function partOf({ functionName, url }) {
  if (url.startsWith('wasm:')) return 'the embedded database (wasm)';
  if (url.startsWith('node:'))
    return `node:${
      url
        .slice(5)
        .replace(/^internal\//, '')
        .split('/')[0]
    }`;
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  return (
    inPackage ?? (url ? `gateway ${placeOf({ url, lineNumber: 0 }).replace(/:1$/, '')}` : `engine ${functionName}`)
  );
}

/** Microseconds of a thread between two instants: each function's own, each part's, and idle. */
function selfTimes(profile, fromUs, toUs) {
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const times = { functions: new Map(), parts: new Map(), busy: 0, idle: 0 };
  const add = (map, key, us) => map.set(key, (map.get(key) ?? 0) + us);
  let at = profile.startTime;
  profile.samples.forEach((id, index) => {
    at += profile.timeDeltas[index];
    if (at < fromUs || at > toUs) return;
    const frame = frames.get(id);
    const us = profile.timeDeltas[index + 1] ?? 0;
    if (frame.functionName === '(idle)') {
      times.idle += us;
      return;
    }
    times.busy += us;
    add(times.functions, `${frame.functionName || '(anonymous)'}  ${placeOf(frame)}`, us);
    add(times.parts, partOf(frame), us);
  });
  return times;
}

function table(title, times, top, done) {
  const rows = (map, limit) =>
    [...map]
      .sort((a, b) => b[1] - a[1])
      .slice(0, limit)
      .map(
        ([key, us]) =>
          `${((us / times.busy) * 100).toFixed(1).padStart(5)} % ${(us / done).toFixed(2).padStart(8)} us  ${key}`,
      );
  return [
    `${title}: ${(times.busy / 1e6).toFixed(2)} s busy, ${(times.idle / 1e6).toFixed(2)} s idle, ${(times.busy / done).toFixed(1)} us a request`,
    'share      a request  part',
    ...rows(times.parts, Math.ceil(top / 2)),
    'share      a request  function',
    ...rows(times.functions, top),
    '',
  ].join('\n');
}

async function main() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '6' },
      top: { type: 'string', default: '40' },
      body: { type: 'string', default: 'json' },
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
  const body = BODIES[values.body];
  if (!body) throw new Error(`--body knows ${Object.keys(BODIES).join(', ')}.`);
  const job = { ...gateway, child: undefined, body, connections: values.body === 'large' ? 1 : 64 };
  const load = await runLoad({ ...job, warmupMs: 3000, durationMs: Number(values.seconds) * 1000 }, () => {
    fromUs = nowUs();
  });
  const toUs = nowUs();
  if (Object.keys(load.failures).length > 0) throw new Error(`The load failed: ${JSON.stringify(load.failures)}`);
  await stop(gateway.child);
  await stop(mock.child);
  const files = readdirSync(profiles).filter((name) => name.endsWith('.cpuprofile'));
  const read = files.map((name) => JSON.parse(readFileSync(join(profiles, name), 'utf8')));
  process.stdout.write(`${load.done} requests, ${load.perSecond.toFixed(0)}/s under the profiler\n\n`);
  const threads = read
    .map((profile) => selfTimes(profile, fromUs, toUs))
    .sort((one, other) => other.functions.size - one.functions.size);
  for (const [index, times] of threads.entries()) {
    process.stdout.write(`${table(`thread ${index + 1}`, times, Number(values.top), load.done)}\n`);
  }
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
