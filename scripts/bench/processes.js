/** Child processes on a chosen core, and what they use of it, from /proc. Linux only. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** Jiffies a second, as /proc counts them. */
const TICKS = 100;
const STOP_MS = 15_000;
const running = new Set();

/** Starts `node …args` on a core; its standard error is kept for when it fails. */
export function start(args, { core, env, cwd } = {}) {
  const child = spawn('taskset', ['-c', String(core), process.execPath, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
  });
  child.errors = '';
  child.stderr.on('data', (data) => {
    child.errors = (child.errors + data).slice(-4000);
  });
  child.exited = new Promise((resolve) => {
    child.once('exit', resolve).once('error', resolve);
  });
  running.add(child);
  void child.exited.then(() => running.delete(child));
  return child;
}

/** The port in the line `… http://127.0.0.1:<port>` that a server prints when it is ready. */
export async function portOf(child, name, timeoutMs = 60_000) {
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /http:\/\/[^\s:]+:(\d+)/.exec(line)?.[1];
    if (!port) continue;
    clearTimeout(timer);
    child.stdout.resume();
    return Number(port);
  }
  throw new Error(`${name} did not start:\n${child.errors}`);
}

/** Asks a process to end, and ends it when it does not. */
export async function stop(child) {
  if (!running.has(child)) return;
  child.stdin.destroy();
  child.kill('SIGTERM');
  await Promise.race([child.exited, sleep(STOP_MS, undefined, { ref: false })]);
  if (running.has(child)) child.kill('SIGKILL');
}

/** Ends everything that still runs, at once. */
export function killAll() {
  for (const child of running) child.kill('SIGKILL');
}

function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS };
  } catch {
    return undefined; // it ended meanwhile
  }
}

function familyOf(pid) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(all.map((each) => [each, statOf(each)?.parent]));
  const family = [pid];
  for (const member of family) family.push(...all.filter((each) => parents.get(each) === member));
  return family;
}

/** CPU seconds that a process and its children have used so far. */
export function cpuSeconds(pid) {
  return familyOf(pid).reduce((sum, member) => sum + (statOf(member)?.cpuSeconds ?? 0), 0);
}

/** The most memory that a process has had, in MiB. */
export function peakMemoryMib(pid) {
  const kib = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return Number(kib) / 1024;
}

/** Seconds that a core has been busy since the machine started. */
export function busySeconds(core) {
  const line = readFileSync('/proc/stat', 'latin1')
    .split('\n')
    .find((each) => each.startsWith(`cpu${core} `));
  const [user, nice, system, , , irq, softirq, steal] = line.split(' ').slice(1).map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS;
}

/** Waits until a process has finished what it put off, for at most `timeoutMs`. */
export async function settle(pid, timeoutMs = 20_000) {
  const deadline = performance.now() + timeoutMs;
  let before = cpuSeconds(pid);
  while (performance.now() < deadline) {
    await sleep(150);
    const now = cpuSeconds(pid);
    if (now - before < 0.02) return;
    before = now;
  }
}
