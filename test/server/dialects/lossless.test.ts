import { expect, test } from 'vitest';
import { parseJson, toJson } from '../../../server/dialects/lossless.ts';

test.each(['{"id":9007199254740993}', '{"a":[1e400,-0.10000000000000000001],"s":"12345678901234567890 \\\\\\" 1"}'])(
  'the digits of %s are the same after it was parsed and written',
  (text) => {
    const exact = parseJson(text) as Record<string, unknown>;
    expect(toJson(exact)).toContain(text.includes('id') ? '9007199254740993' : '1e400');
  },
);

test('a string of sixteen megabytes beside a big number is parsed', () => {
  const long = `${'x'.repeat(100)}\\n`.repeat(160_000);
  const value = parseJson(`{"id":9007199254740993,"text":"${long}"}`) as Record<string, unknown>;
  expect((value.text as string).length).toBe(160_000 * 101);
  expect(toJson({ id: value.id })).toBe('{"id":9007199254740993}');
});
