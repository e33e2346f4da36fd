import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../cli/tree.ts';
import { forgetHomes, runCli, tempHome } from '../helpers/cli.ts';
import { closeFakes, type FakeGateway, fakeGateway } from '../helpers/fake-gateway.ts';
import { pathOf, SUBJECTS, type Subject } from './battery/commands.ts';
import { furnish, inHome, KEY } from './battery/perform.ts';

const changes = (subject: Subject) => COMMANDS.find((row) => row.path === pathOf(subject.name))?.changes !== undefined;
const [changing, reading] = [SUBJECTS.filter(changes), SUBJECTS.filter((subject) => !changes(subject))];

afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

/** Runs a row of the battery as it succeeds, with more flags; what it asked the server to change and what it did to files. */
async function run({ path, entry }: Subject, flags: readonly string[]) {
  const fake = await fakeGateway({ ...entry.routes });
  const home = tempHome();
  furnish(home, entry, fake.url, entry.auth);
  const before = snapshot(home);
  const key = entry.auth === 'key' ? KEY : undefined;
  const env = { GATEWAY_API_URL: fake.url, GATEWAY_API_KEY: key, ...inHome(entry.env, home) };
  const result = await runCli([...path, ...flags, ...(entry.args ?? [])], { env, home, stdin: entry.stdin });
  return { ...result, asked: changesAsked(fake), before, after: snapshot(home) };
}

/** A question that is too long for an address. */
const EXPLAIN = '/api/v1/route/explain';

function changesAsked({ seen }: FakeGateway): string[] {
  return seen
    .filter(({ method, path }) => method !== 'GET' && !path.startsWith(EXPLAIN))
    .map(({ method, path }) => `${method} ${path}`);
}

/** Every file and folder below, with its mode and its bytes. */
function snapshot(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((each) => {
      const path = join(each.parentPath, each.name);
      return `${path} ${statSync(path).mode} ${each.isFile() ? readFileSync(path, 'base64') : ''}`;
    })
    .sort();
}

describe.concurrent('with --dry-run', () => {
  test.each(changing.map((subject) => [subject.name, subject] as const))(
    '%s shows its plan, asks the server for no change and leaves every file as it was',
    async (_name, subject) => {
      const { exitCode, stdout, stderr, asked, before, after } = await run(subject, ['--dry-run', '--json']);
      expect({ exitCode, stderr, asked }).toEqual({ exitCode: 0, stderr: '', asked: [] });
      expect(after).toEqual(before);
      expect(JSON.parse(stdout)).toMatchObject({ dry_run: true });
    },
  );
});

describe.concurrent('a command whose row in the tree says that it changes nothing', () => {
  test.each(reading.map((subject) => [subject.name, subject] as const))(
    '%s asks the server for no change and leaves every file as it was',
    async (_name, subject) => {
      const { exitCode, asked, before, after } = await run(subject, ['--json']);
      expect({ exitCode, asked }).toEqual({ exitCode: 0, asked: [] });
      expect(after).toEqual(before);
    },
  );
});
