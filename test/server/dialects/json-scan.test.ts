import { describe, expect, test } from 'vitest';
import { memberValue, ScanError, scanObject, splice } from '../../../server/dialects/json-scan.ts';
import { SEEN } from '../../../server/dialects/seen.ts';

/** The bits of SEEN. */
const ALL = Object.values(SEEN).reduce((all, bit) => all | bit, 0);
const scan = (text: string) => scanObject(Buffer.from(text));

/** A small generator of JSON texts and broken ones, the same in every run. */
function random(seed: number) {
  let state = seed;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)]!;
  const space = () => pick(['', '', '', ' ', '\n', '\t ', '\r\n']);
  const string = () =>
    JSON.stringify(
      pick(['', 'a', 'é', '👋', '"', '\\', '\\"', 'x'.repeat(40), '\u0000', 'model', '{"a":[', '"usage":{']),
    );
  const value = (depth: number): string => {
    const kind = depth > 3 ? Math.floor(next() * 4) : Math.floor(next() * 6);
    if (kind === 0) return string();
    if (kind === 1) return pick(['0', '-1', '1.50', '1e3', '9007199254740993', '-0.1E-7']);
    if (kind === 2) return pick(['true', 'false', 'null']);
    if (kind === 3) return string();
    const items = Array.from({ length: Math.floor(next() * 4) }, () => value(depth + 1));
    return kind === 4
      ? `[${space()}${items.join(`${space()},${space()}`)}${space()}]`
      : `{${space()}${items.map((item) => `${string()}${space()}:${space()}${item}`).join(`${space()},`)}${space()}}`;
  };
  const object = () => {
    const keys = Array.from({ length: Math.floor(next() * 6) }, () =>
      pick(['model', 'stream', 'a', 'b', 'max_tokens', 'é"']),
    );
    return `${space()}{${keys.map((key) => `${space()}${JSON.stringify(key)}${space()}:${space()}${value(1)}${space()}`).join(',')}}${space()}`;
  };
  return { next, pick, object };
}

describe('scanObject', () => {
  test('agrees with JSON.parse on what is an object, whole, cut and garbled', () => {
    const { next, pick, object } = random(7);
    for (let i = 0; i < 20_000; i++) {
      let text = object();
      const at = Math.floor(next() * text.length);
      if (i % 3 === 1) text = text.slice(0, at);
      if (i % 3 === 2)
        text = text.slice(0, at) + pick(['"', '{', '}', '[', ']', ',', ':', '1', 'x', '\\', ' ']) + text.slice(at + 1);
      let parsed: unknown;
      try {
        parsed = JSON.parse(text);
      } catch {}
      const good = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
      let scanned: ReturnType<typeof scan> | undefined;
      try {
        scanned = scan(text);
      } catch (error) {
        expect(error, text).toBeInstanceOf(ScanError);
      }
      // An escape that does not exist is the one fault that is left to the provider.
      if (!good && scanned && /\\[^"\\/bfnrtu]|\\u(?![0-9a-fA-F]{4})/.test(text)) continue;
      expect(scanned !== undefined, text).toBe(good);
      if (scanned)
        for (const [key, value] of Object.entries(parsed as object))
          expect(memberValue(scanned, key), text).toEqual(value);
    }
  });

  test.each([
    ['', 'empty'],
    ['[]', 'object'],
    ['"x"', 'object'],
    ['{"a":1}x', 'more'],
    ['{"a":01}', 'value'],
    [`${'{"a":'.repeat(600)}1${'}'.repeat(600)}`, 'deeply'],
  ])('says what is wrong with %s', (text, word) => {
    expect(() => scan(text)).toThrow(word);
  });

  test('counts text as text and a blob as an image’s usual worth', () => {
    expect(scan(JSON.stringify({ a: 'x '.repeat(5000) })).textBytes).toBe(10_000);
    expect(scan(JSON.stringify({ a: `data:image/png;base64,${'iVBORw0KGgo'.repeat(100_000)}` })).textBytes).toBe(6000);
  });

  test('takes four megabytes in little more time than finding quotes takes', () => {
    const bytes = Buffer.from(
      JSON.stringify({ messages: [{ role: 'user', content: 'The quick brown fox. '.repeat(200_000) }] }),
    );
    expect(scanObject(bytes).members).toHaveLength(1);
  });
});

describe('splice', () => {
  test('gives what parsing, changing and printing would give, and leaves the rest byte for byte', () => {
    const { object, pick } = random(11);
    for (let i = 0; i < 5000; i++) {
      const text = object();
      const changes = new Map<string, string | null>();
      for (const key of ['model', 'stream', 'a', 'new']) {
        const change = pick([undefined, null, '"changed"', '[1,2]']);
        if (change !== undefined) changes.set(key, change);
      }
      const expected = JSON.parse(text) as Record<string, unknown>;
      for (const [key, value] of changes) {
        if (value === null) delete expected[key];
        else expected[key] = JSON.parse(value);
      }
      const result = splice(scan(text), changes).toString();
      expect(JSON.parse(result), `${text} ${JSON.stringify([...changes])}`).toEqual(expected);
      if (changes.size === 0) expect(result).toBe(text.trimEnd());
    }
  });
});

test.each([
  [
    '{"system":"a","cache_control":{},"messages":[{"role":"user","content":"cache_control \\"role\\": \\"system\\""}]}',
    0,
  ],
  ['{"messages":[{"content":[{"text":"a","cache_control":{"type":"ephemeral"}}]}]}', SEEN.cacheControl],
  ['{"messages":[{"extra_content":{}, "role" : "developer"}]}', SEEN.extraContent | SEEN.developerRole],
  [
    '{"messages":[{"role":"system","content":[{"signature" : ""}]}]}',
    SEEN.systemRole | SEEN.emptySignature | SEEN.signature,
  ],
  ['{"messages":[{"content":[{"signature":"gw1.abc"}]}]}', SEEN.foreignSignature | SEEN.signature],
  ['{"messages":[{"content":[{"signature":"ErUB","data":""}]}]}', SEEN.signature],
  ['{"contents":[{"thoughtSignature":"G"},{"type":"redacted_thinking"}]}', SEEN.signature | SEEN.redactedThought],
  ['{"input":[{"encrypted_content":"g","thought_signature":"t"}]}', SEEN.signature],
])('what makes a request need more than splicing is noted on the way: %s', (body, bits) => {
  expect(scanObject(Buffer.from(body)).seen & ALL).toBe(bits);
});

test('the long ones right inside a member are known by where they stand, whatever they hold', () => {
  const text = 'x'.repeat(5000);
  const long = JSON.stringify({ content: [{ text }], role: 'user' });
  const body = `{"system":"${text}","messages":[{"a":1}, ${long} ,"${text}",[1],${long}],"b":{"c":[{"d":2}]}}`;
  const found = scan(body).long;
  const first = body.indexOf(long);
  const last = body.lastIndexOf(long);
  expect(found).toEqual([first, first + long.length, last, last + long.length]);
  expect(scan(`{"messages":[${'{"a":[[{}]]},'.repeat(1000)}1]}`).long).toEqual([]);
});
