/** How long whole processes of the command line take, against an empty Node process. */
import { spawnSync } from 'node:child_process';
import { GATEWAY_CORE, LAUNCHER, randomKey } from './targets.js';

const COMMANDS = {
  'node -e 0': ['-e', '0'],
  '--version': [LAUNCHER, '--version'],
  '--help': [LAUNCHER, '--help'],
  'exit-codes --json': [LAUNCHER, 'exit-codes', '--json'],
  env: [LAUNCHER, 'env'],
};

function once(name, env) {
  const startedAt = performance.now();
  const result = spawnSync('taskset', ['-c', String(GATEWAY_CORE), process.execPath, ...COMMANDS[name]], {
    env,
    timeout: 20_000,
  });
  const ms = performance.now() - startedAt;
  if (result.status !== 0)
    throw new Error(`${name} ended with ${result.status ?? result.signal}: ${String(result.stderr)}`);
  return ms;
}

/** The median milliseconds of each command over some runs, in shuffled order; the first turn is thrown away. */
export function measureCommands(directory, runs, shuffle) {
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    GATEWAY_CONFIG_DIR: `${directory}/config`,
    GATEWAY_API_KEY: randomKey(),
  };
  const names = Object.keys(COMMANDS);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) once(name, env);
  for (let run = 0; run < runs; run++) {
    for (const name of shuffle(names)) times[name].push(once(name, env));
  }
  return Object.fromEntries(names.map((name) => [name, times[name].sort((a, b) => a - b)[Math.floor(runs / 2)]]));
}
