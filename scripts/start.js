/**
 * `npm start`: the server as `gateway serve` starts it, with five dollars of opening credit to play with, and the next
 * commands to type once it listens.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How often is looked whether npm's shell still is there. */
const LOOK_MS = 500;

const bin = fileURLToPath(new URL('../bin/gateway.js', import.meta.url));
const server = spawn(process.execPath, [bin, 'serve', ...process.argv.slice(2)], {
  env: { ...process.env, GATEWAY_BOOTSTRAP_CREDIT_USD: process.env.GATEWAY_BOOTSTRAP_CREDIT_USD ?? '5' },
  stdio: ['inherit', 'pipe', 'inherit'],
});

server.stdout.on('data', (chunk) => {
  process.stdout.write(chunk);
  const url = /gateway listening on (\S+)/.exec(String(chunk))?.[1];
  if (url) showNext(url);
});
server.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
// The terminal's Ctrl-C reaches the server itself; a plain kill only reaches this process.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => server.kill('SIGTERM'));
// A kill of npm ends the shell between, which passes nothing on: whoever has lost it stops, so that the port is free again.
if (process.env.npm_lifecycle_event === 'start') {
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === shell) return;
    // once: a second one would cut off what still is answered
    clearInterval(look);
    server.kill('SIGTERM');
  }, LOOK_MS).unref();
}

function showNext(url) {
  const prefix = url === 'http://127.0.0.1:8787' ? '' : `GATEWAY_API_URL=${url} `;
  process.stdout.write(`
Next, in another terminal, in this folder:

  ${prefix}npx gateway login                          approve in the browser; the sign-in code appears here
  ${prefix}npx gateway keys create --name myapp       a key of your own
  ${prefix}npx gateway test                           a real completion through the proxy, with its cost

`);
}
