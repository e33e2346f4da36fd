import { expect } from 'vitest';
import type { Entry } from './entries.ts';
import type { Expected, Failure } from './expected.ts';
import { ACCESS, KEY, type Outcome, REFRESH } from './perform.ts';

/** What a terminal would act upon besides line ends and tabs. */
// oxlint-disable-next-line no-control-regex
const RAW_CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const FACTS = [
  'code',
  'message',
  'type',
  'http_status',
  'exit_code',
  'retryable',
  'retry_after_s',
  'request_id',
  'hint',
  'next',
];

/** Holds what came out against what must: the form that every command promises, and the facts of this case. */
export function judge(entry: Entry, expected: Expected, outcome: Outcome): void {
  harmless(entry, outcome);
  const wanted = 'either' in expected ? fitting(expected.either, outcome) : expected;
  if ('ok' in wanted) succeeded(entry, outcome, 0);
  else if ('reports' in wanted) succeeded(entry, outcome, wanted.reports);
  else if ('silent' in wanted)
    expect(outcome).toMatchObject({ stdout: '', exitCode: wanted.exit ?? expect.any(Number) });
  else failed(wanted, outcome);
}

/** The one of several that this may be: by its exit code. */
function fitting<One extends Expected>(choices: readonly One[], { exitCode }: Outcome): One {
  return choices.find((choice) => ('exit' in choice ? choice.exit : 0) === exitCode) ?? choices[0]!;
}

function harmless(entry: Entry, { stdout, stderr, signal }: Outcome): void {
  expect(signal, 'it ended by itself').toBeNull();
  expect(stdout + stderr).not.toMatch(RAW_CONTROLS);
  for (const secret of entry.printsSecret ? [REFRESH] : [REFRESH, ACCESS, KEY])
    expect(stdout + stderr).not.toContain(secret);
}

function succeeded(entry: Entry, { exitCode, stdout, stderr, how }: Outcome, wanted: number): void {
  if (how.text) {
    expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: wanted });
    return;
  }
  expect({ exitCode, stderr, stdout }).toEqual({
    exitCode: wanted,
    stderr: '',
    stdout: expect.stringMatching(entry.prints === 'lines' ? /^([^\n]+\n)+$/ : /^[^\n]+\n$/),
  });
  for (const line of stdout.trimEnd().split('\n')) JSON.parse(line);
}

function failed(wanted: Failure, { exitCode, stdout, stderr, how }: Outcome): void {
  // on a terminal both are one
  const told = how.terminal ? stdout : stderr;
  if (!how.terminal) expect(stdout, 'stdout is data').toBe('');
  if (how.text) {
    expect({ exitCode, told }).toEqual({ exitCode: wanted.exit, told: expect.stringMatching(/^error:\s\S/) });
    return;
  }
  expect({ exitCode, told }).toEqual({ exitCode: wanted.exit, told: expect.stringMatching(/^\{"error":\{.*\}\}\n$/) });
  const { error, ...rest } = JSON.parse(told);
  expect(rest).toEqual({});
  expect(Object.keys(error)).toEqual(FACTS);
  expect([wanted.code].flat()).toContain(error.code);
  expect(error).toMatchObject({
    message: expect.stringMatching(/\S/),
    type: expect.stringMatching(/\S/),
    exit_code: wanted.exit,
    retryable: expect.any(Boolean),
    hint: expect.stringMatching(/\S/),
    next: expect.any(Array),
    ...wanted.facts,
  });
  for (const step of error.next)
    expect(step).toEqual({ command: expect.stringMatching(/^gateway /), when: expect.stringMatching(/\S/) });
  if (wanted.names) expect(JSON.stringify(error)).toContain(wanted.names);
}
