/**
 * What `npm start` and `npm test` need before they run: packages as the lock file says, and, for tests, a browser,
 * Postgres, Redis and coding agents. Plain Node: nothing is installed yet when it starts. Does only what is missing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) stop(`gateway needs Node 20.19 or later; this is ${process.version}.`);

installPackages('.');
if (process.argv.includes('--test')) {
  installTestTools();
  // the coding agents that the tests drive
  installPackages('test/clients');
} else run(process.execPath, ['scripts/build.js']);

/** As the lock file in that folder says, where it is newer than what is there. */
function installPackages(folder) {
  const [lock, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map((name) => join(folder, name));
  if (existsSync(installed) && statSync(lock).mtimeMs <= statSync(installed).mtimeMs) return;
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folder);
}

/** On Debian, as root, what the tests drive is installed; elsewhere it is named. */
function installTestTools() {
  const missing = [
    ['chromium', existsSync('/usr/bin/chromium')],
    ['postgresql', existsSync('/usr/lib/postgresql')],
    ['redis-server', spawnSync('redis-server', ['--version']).status === 0],
    ['gnome-keyring', process.platform !== 'linux' || existsSync('/usr/bin/gnome-keyring-daemon')],
    ['dbus-daemon', process.platform !== 'linux' || existsSync('/usr/bin/dbus-daemon')],
    ['git', spawnSync('git', ['--version']).status === 0],
    ['zsh', spawnSync('zsh', ['--version']).status === 0],
    ['fish', spawnSync('fish', ['--version']).status === 0],
  ]
    .filter(([, there]) => !there)
    .map(([name]) => name);
  if (missing.length === 0) return;
  const debian = spawnSync('apt-get', ['--version']).status === 0 && process.getuid?.() === 0;
  if (!debian)
    stop(`The tests need ${missing.join(' and ')}: install them with your system's packages, then run again.`);
  process.env.DEBIAN_FRONTEND = 'noninteractive';
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing]);
}

function run(command, args, cwd = '.') {
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (error || status !== 0) stop(`\`${command} ${args.join(' ')}\` failed${error ? `: ${error.message}` : ''}.`);
}

function stop(message) {
  console.error(message);
  process.exit(1);
}
