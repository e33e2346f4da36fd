import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runCli, tempHome } from '../../helpers/cli.ts';
import { BIN, type Gateway, startGateway } from '../../helpers/gateway.ts';
import { startUpstream, type Upstream } from '../../helpers/upstream.ts';
import { Visitor } from '../../server/console/visitor.ts';

/** A real server with a past, and a person who is signed in. */
export interface World {
  gateway: Gateway;
  upstream: Upstream;
  /** A HOME of its own for one example, signed in as the owner, with a key made here. */
  home(): Promise<Home>;
  /** The same by a login of its own, for an example that ends it. */
  freshHome(): Promise<Home>;
}

/** Where one example runs. */
export interface Home {
  folder: string;
  /** Where the provider is. */
  provider: string;
  /** The folder of the project: a `package.json` whose test passes. */
  project: string;
  /** Runs the command line and reads what it prints. Throws when it fails. */
  // biome-ignore lint/suspicious/noExplicitAny: each preparation knows what it asks for
  cli(...args: string[]): Promise<any>;
  /** Signs in: starts the device flow, lets a person approve it in a browser, completes it. */
  login(...flags: string[]): Promise<void>;
  /** The first half of that. */
  startLogin(...flags: string[]): Promise<void>;
  /** Runs a line in a shell where `gateway`, `npx gateway` and `jq` are known. */
  shell(line: string, endless?: RegExp): Promise<Outcome>;
}

/** What became of a line. */
export interface Outcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** What every HOME shares. */
interface Tools {
  gateway: Gateway;
  upstream: Upstream;
  visitor: Visitor;
  /** A folder for PATH. */
  programs: string;
}

const OWNER = 'owner@example.com';
const LIMIT_MS = 60_000;

/** Starts the server and gives it a past: requests that went well and one that did not, a key, a login. */
export async function startWorld(): Promise<World> {
  const upstream = await startUpstream();
  const gateway = await startGateway({ providers: { openai: `${upstream.url}/v1` }, credit: '1000' });
  const tools = { gateway, upstream, visitor: await owner(gateway), programs: shims() };
  const template = await signedIn(tools);
  await template.cli('keys', 'create', '--name', 'first', '--limit-usd', '50');
  for (const [model, session] of [
    ['openai/gpt-4o-mini', 's1'],
    ['no-such-model', 's2'],
  ])
    await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${gateway.key}`,
        'content-type': 'application/json',
        'x-session-id': session!,
        'x-source': 'examples',
      },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
    });
  return {
    gateway,
    upstream,
    async home() {
      const folder = tempHome();
      cpSync(join(template.folder, '.gateway'), join(folder, '.gateway'), { recursive: true });
      return homeIn(folder, tools);
    },
    async freshHome() {
      const home = await signedIn(tools);
      await home.cli('keys', 'create', '--name', 'fresh');
      return home;
    },
  };
}

async function signedIn(tools: Tools): Promise<Home> {
  const home = homeIn(tempHome(), tools);
  await home.login();
  return home;
}

/** The person whose server it is, signed in with a browser: one code by e-mail is all that it takes. */
async function owner(gateway: Gateway): Promise<Visitor> {
  const visitor = new Visitor(gateway.url);
  // the log may come a moment after the page
  const code = gateway.logged(new RegExp(`sign-in code for ${OWNER}: (\\d{6})`));
  await visitor.signIn(OWNER, async () => (await code)[1]!);
  return visitor;
}

function homeIn(folder: string, { gateway, upstream, visitor, programs }: Tools): Home {
  const project = join(folder, 'myapp');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'myapp', scripts: { test: 'node -e 0' } }));
  const env = {
    PATH: [programs, dirname(process.execPath), process.env.PATH].join(delimiter),
    GATEWAY_API_URL: gateway.url,
    GATEWAY_CREDENTIAL_STORE: 'file',
  };
  const home: Home = {
    folder,
    provider: `${upstream.url}/v1`,
    project,
    async login(...flags) {
      await home.startLogin(...flags);
      await home.cli('login', '--complete', '--wait', '20', ...flags);
    },
    async startLogin(...flags) {
      const { user_code } = await home.cli('login', '--start', ...flags);
      const page = await visitor.get(`/device?user_code=${user_code}`);
      await visitor.post('/device', { ...page.fields, decision: 'approve' });
    },
    async cli(...args) {
      const { exitCode, stdout, stderr } = await runCli([...args, '--json'], { env, home: folder, cwd: project });
      if (exitCode !== 0) throw new Error(`gateway ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
      return JSON.parse(stdout);
    },
    shell: (line, endless) => inShell(line, { ...env, HOME: folder }, project, endless),
  };
  return home;
}

/** Runs a line to its end; one that has none by itself gets Ctrl-C once it has printed what `endless` matches. */
function inShell(line: string, env: Record<string, string>, cwd: string, endless?: RegExp): Promise<Outcome> {
  const child = spawn('sh', ['-c', endless ? `exec ${line}` : line], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const output = { stdout: '', stderr: '' };
  let told = false;
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      if (!endless?.test(output.stdout) || told) return;
      told = true;
      child.kill('SIGINT');
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, ...output }));
  });
}

/** A folder of programs: `gateway`, `npx gateway`, and a `jq` that only looks whether it is given JSON. */
function shims(): string {
  const folder = join(tempHome(), 'bin');
  mkdirSync(folder);
  const call = `exec "${process.execPath}" "${BIN}" "$@"`;
  const programs = {
    gateway: call,
    npx: `[ "$1" = gateway ] || exit 127\nshift\n${call}`,
    jq: `exec "${process.execPath}" -e 'JSON.parse(require("fs").readFileSync(0, "utf8"))'`,
  };
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}
