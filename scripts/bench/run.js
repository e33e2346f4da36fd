/**
 * Measures the built gateway in one run and prints ratios: its proxy against a bare passthrough, its command line against
 * an empty Node process. `node scripts/bench/run.js [--quick] [--rounds 5] [--only json-64,cli]`
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureCommands } from './cli-start.js';
import { measure } from './measure.js';
import { killAll, stop } from './processes.js';
import { markdown } from './report.js';
import { SCENARIOS } from './scenarios.js';
import { check, startGateway, startMock, startReference } from './targets.js';

/** Above this share of foreign work on the core, a measurement is made once more and the calmer one kept. */
const MOST_FOREIGN = 0.1;
const OUT = fileURLToPath(new URL('out/', import.meta.url));
const log = (text) => process.stderr.write(`${text}\n`);

function options() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string' },
      'reference-only': { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
  const parts = [...SCENARIOS.map((scenario) => scenario.name), 'cli'];
  const only = values.only?.split(',') ?? parts;
  const unknown = only.filter((name) => !parts.includes(name));
  if (unknown.length > 0) throw new Error(`--only knows ${parts.join(', ')}; not ${unknown.join(', ')}.`);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 50) throw new Error('--rounds takes a number from 1 to 50.');
  if (process.platform !== 'linux' || availableParallelism() < 2) throw new Error('This needs Linux and two cores.');
  return { ...values, rounds, only, scale: values.quick ? 0.25 : 1, deadlineMs: values.quick ? 40_000 : 420_000 };
}

function shuffle(items) {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

async function calmest(target, scenario, { scale, quick }) {
  const first = await measure(target, scenario, scale);
  if (quick || first.foreignShare <= MOST_FOREIGN) return first;
  const second = await measure(target, scenario, scale);
  return second.foreignShare < first.foreignShare ? second : first;
}

async function proxyRound(targets, scenarios, settings) {
  const cells = {};
  for (const scenario of shuffle(scenarios)) {
    const cell = {};
    for (const target of shuffle(targets.filter(({ name }) => scenario.direct || name !== 'direct'))) {
      const figures = await calmest(target, scenario, settings);
      if (Object.keys(figures.failures).length > 0) {
        throw new Error(
          `${scenario.name} failed at ${target.name}: ${JSON.stringify(figures.failures)}\n${target.child.errors}`,
        );
      }
      cell[target.name] = figures;
      log(
        `  ${scenario.name} ${target.name}: ${figures.perSecond.toFixed(0)}/s, p50 ${figures.total.p50.toFixed(3)} ms, first byte ` +
          `${figures.firstByte.p50.toFixed(3)} ms, CPU ${figures.cpuPerThousand.toFixed(3)} s/1,000, others ${(figures.foreignShare * 100).toFixed(0)} %`,
      );
    }
    cells[scenario.name] = cell;
  }
  return cells;
}

async function run(settings, directory) {
  const scenarios = SCENARIOS.filter(({ name }) => settings.only.includes(name));
  const deadline = performance.now() + settings.deadlineMs;
  const targets = [];
  const rounds = [];
  if (scenarios.length > 0) {
    const mock = await startMock();
    targets.push(mock, await startReference(mock));
    if (!settings['reference-only']) targets.push(await startGateway(mock, directory));
    for (const target of targets) await check(target);
  }
  // A round that would begin after the deadline is left out: the machine is too busy for all of them.
  while (rounds.length < settings.rounds && performance.now() < deadline) {
    log(`round ${rounds.length + 1} of ${settings.rounds}`);
    const round = {};
    if (scenarios.length > 0) round.proxy = await proxyRound(targets, scenarios, settings);
    if (settings.only.includes('cli')) round.cli = measureCommands(directory, settings.quick ? 5 : 11, shuffle);
    rounds.push(round);
  }
  await Promise.all(targets.toReversed().map(({ child }) => stop(child)));
  return { at: new Date().toISOString(), node: process.version, quick: settings.quick, rounds };
}

const directory = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
process.on('exit', () => {
  killAll();
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
try {
  const results = await run(options(), directory);
  mkdirSync(OUT, { recursive: true });
  writeFileSync(join(OUT, 'results.json'), `${JSON.stringify(results, null, 1)}\n`);
  process.stdout.write(`${markdown(results)}\n`);
} catch (error) {
  log(error.message);
  process.exitCode = 1;
}
process.exit();
