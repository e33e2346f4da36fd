/** The scripts in the real shells. PowerShell is not there: of its script the text is looked at. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BASH } from '../../cli/completion/scripts/bash.ts';
import { FISH } from '../../cli/completion/scripts/fish.ts';
import { POWERSHELL } from '../../cli/completion/scripts/powershell.ts';
import { ZSH } from '../../cli/completion/scripts/zsh.ts';
import { forgetHomes, tempHome } from '../helpers/cli.ts';
import { closeFakes, type FakeGateway, fakeGateway, json, keyReply } from '../helpers/fake-gateway.ts';
import { BIN } from '../helpers/gateway.ts';

const KEY = 'sk-gw-testtesttesttesttesttesttesttesttest';
/** What would leave a file behind if a shell ever ran what is typed. */
const ATTACKS = ['$(touch ran)', '`touch ran`', ';touch ran;', '$(touch\tran)', "';touch ran;'", '"$(touch ran)"'];

let server: FakeGateway;
let home: string;
let env: Record<string, string>;

beforeAll(async () => {
  const keys = [keyReply({ id: 'key_one', name: 'ci' }), keyReply({ id: 'key_two', name: '$(touch ran)' })];
  server = await fakeGateway({
    'GET /api/v1/me/keys': json({ data: [...keys, keyReply({ id: '`touch<ran`' })], next_cursor: null }),
  });
  home = tempHome();
  const bin = join(home, 'bin');
  mkdirSync(bin);
  symlinkSync(BIN, join(bin, 'gateway'));
  writeFileSync(join(home, 'a file.env'), '');
  writeFileSync(join(home, 'plain.env'), '');
  env = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: home,
    TERM: 'xterm',
    LANG: 'C.UTF-8',
    GATEWAY_API_URL: server.url,
    GATEWAY_API_KEY: KEY,
    // patient, as this machine may be busy
    GATEWAY_COMPLETION_MS: '20000',
  };
  for (const [name, script] of Object.entries({ bash: BASH, zsh: ZSH, fish: FISH }))
    writeFileSync(join(home, `gateway.${name}`), script);
});
beforeEach(() => rmSync(join(home, 'ran'), { force: true }));
afterAll(async () => {
  await closeFakes();
  forgetHomes();
});

/** Runs a shell's own code; the line that is completed comes as the variable LINE, so that no test runs it by accident. */
function run(shell: string, args: string[], line: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile(shell, args, { cwd: home, env: { ...env, LINE: line } }, (error, stdout, stderr) => {
      if (error || stderr) reject(new Error(`${shell}: ${error?.message ?? ''}${stderr}`));
      else resolve(stdout.split('\n').filter(Boolean));
    });
  });
}

const bash = (line: string) =>
  run(
    'bash',
    [
      '--norc',
      '-c',
      `source ./gateway.bash
COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:' COMP_TYPE=9 COLUMNS=60 COMP_LINE=$LINE COMP_POINT=\${#LINE}
_gateway_complete && printf '%s\\n' "\${COMPREPLY[@]}"`,
    ],
    line,
  );
const fish = (line: string) => run('fish', ['--no-config', '-c', 'source ./gateway.fish; complete -C "$LINE"'], line);

/** Types the line and a tab into an interactive zsh; the line as it is then, and what was listed below it. */
async function zsh(line: string): Promise<{ line: string; listed: string }> {
  const driver = `
zmodload zsh/zpty
zpty shell 'zsh -f -i'
ask() { zpty -w shell "$1"; while zpty -r shell out; do seen+=$out; [[ $out == *READY* ]] && break; done }
ask $'unset zle_bracketed_paste; PROMPT= ; autoload -Uz compinit; compinit -u -d ./dump; source ./gateway.zsh; stty cols 100; LISTMAX=1000; zstyle ":completion:*" list-prompt ""; bindkey "^I" complete-word; report() { print -r -- "<<<$BUFFER>>>"; print DONE }; zle -N report; bindkey "^X" report; print REA""DY'
seen=
zpty -w -n shell "$LINE"$'\\t\\x18'
while zpty -r shell out; do seen+=$out; [[ $seen == *DONE* ]] && break; done
zpty -d shell
print -r -- "$seen"`;
  const seen = (await run('zsh', ['-f', '-c', driver], line)).join('\n').replaceAll('\r', '');
  return { line: /<<<([\s\S]*?)>>>/.exec(seen)?.[1] ?? `?${seen}`, listed: seen };
}

describe('bash', () => {
  test('completes a command, a flag and a choice', async () => {
    expect(await bash('gateway keys rev')).toEqual(['revoke']);
    expect(await bash('gateway keys create --per')).toEqual([
      expect.stringMatching(/^--period-limit-usd {2}\(/),
      expect.stringMatching(/^--period {12}\(/),
      expect.stringMatching(/^--permission {8}\(inference, manage/),
    ]);
    expect(await bash('gateway test --format o')).toEqual(['openai']);
  });

  test('gives back only what stands behind the last = or :, as readline replaces only that', async () => {
    expect(await bash('gateway test --format=o')).toEqual(['openai']);
  });

  test('lists keys with their names, at most as wide as the terminal', async () => {
    const listed = await bash('gateway keys show ');
    expect(listed).toEqual(['key_one  (ci)', 'key_two  ($(touch ran))']);
    expect(await bash('gateway keys show key_o')).toEqual(['key_one']);
    for (const line of await bash('gateway ')) expect(line.length).toBeLessThanOrEqual(60);
  });

  test('completes files where an argument is one, also behind @', async () => {
    expect((await bash('gateway env write ')).sort()).toEqual(expect.arrayContaining(['a file.env', 'plain.env']));
    expect(await bash('gateway env --key @pl')).toEqual(['@plain.env']);
  });

  test.each(ATTACKS)('runs nothing of %s', async (attack) => {
    await bash(`gateway keys show ${attack}`);
    await bash(`gateway ${attack} `);
    expect(existsSync(join(home, 'ran'))).toBe(false);
  });
});

describe('fish', () => {
  test('completes commands and keys with what they are, and choices', async () => {
    expect(await fish('gateway keys rev')).toEqual(['revoke\tRevoke a key and every key below it, for good.']);
    expect(await fish('gateway keys show ')).toEqual(['key_one\tci', 'key_two\t$(touch ran)']);
    expect(await fish('gateway test --format o')).toEqual(['openai']);
    expect(await fish('gateway test --format=o')).toEqual(['--format=openai']);
  });

  test('completes files where an argument is one', async () => {
    expect((await fish('gateway env write pl')).map((line) => line.split('\t')[0])).toEqual(['plain.env']);
  });

  test.each(ATTACKS)('runs nothing of %s', async (attack) => {
    await fish(`gateway keys show ${attack}`).catch(() => []);
    expect(existsSync(join(home, 'ran'))).toBe(false);
  });
});

test('fish says nothing when the program is not there', () => {
  const script = join(home, 'gateway.fish');
  const line = `source ${script}; set PATH /nonexistent; complete -C "gateway ke"`;
  const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', line], { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
});

describe('zsh', () => {
  test('completes a command, a flag and a key', async () => {
    expect((await zsh('gateway keys rev')).line).toBe('gateway keys revoke ');
    expect((await zsh('gateway keys create --perm')).line).toBe('gateway keys create --permission ');
    expect((await zsh('gateway keys show key_o')).line).toBe('gateway keys show key_one ');
    expect((await zsh('gateway test --format=o')).line).toBe('gateway test --format=openai ');
  });

  test('lists keys with their names', async () => {
    const { line, listed } = await zsh('gateway keys show key_');
    expect(line).toBe('gateway keys show key_');
    expect(listed).toMatch(/key_one +-- ci/);
  });

  test('completes files where an argument is one', async () => {
    expect((await zsh('gateway env write pl')).line).toBe('gateway env write plain.env ');
    expect((await zsh('gateway env --key @pl')).line).toMatch(/^gateway env --key \\?@plain\.env $/);
  });

  test.each(ATTACKS)('runs nothing of %s', async (attack) => {
    await zsh(`gateway keys show ${attack}`);
    expect(existsSync(join(home, 'ran'))).toBe(false);
  });
});

describe('PowerShell, by the text of its script', () => {
  test('is told words in base64, and evaluates nothing', () => {
    expect(POWERSHELL).toContain('Register-ArgumentCompleter -Native -CommandName gateway');
    expect(POWERSHELL).toContain('__complete powershell ([System.Convert]::ToBase64String($bytes))');
    expect(POWERSHELL).not.toMatch(/Invoke-Expression|\biex\b|SafeGetValue|ScriptBlock\]::Create/);
  });

  test('closes every brace and parenthesis that it opens', () => {
    const text = POWERSHELL.replace(/'[^']*'|"[^"]*"/g, '');
    for (const [open, close] of ['{}', '()', '[]'])
      expect(text.split(open!).length, open).toBe(text.split(close!).length);
  });
});
