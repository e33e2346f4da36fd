import { describe, expect, test } from 'vitest';
import { withIgnoreLine, withoutIgnoreLine } from '../../../cli/dotenv/git.ts';
import { masked, parseFamilies, variablesFor } from '../../../cli/dotenv/variables.ts';

const access = { apiUrl: 'http://gw.test:1', key: 'sk-gw-x' };

test('a base URL of OpenAI ends in /v1, one of Anthropic and Gemini does not', () => {
  const read = variablesFor(access, ['openai', 'anthropic', 'gemini']);
  expect([read.OPENAI_BASE_URL, read.ANTHROPIC_BASE_URL, read.GOOGLE_GEMINI_BASE_URL]).toEqual([
    'http://gw.test:1/v1',
    'http://gw.test:1',
    'http://gw.test:1',
  ]);
});

test.each(['', 'a b', 'a"b', "a'b", 'a#b', 'a$b', 'a\\b', 'a\nb', 'a=b', 'ä', 'a`b'])(
  'the key %j is refused, and not repeated',
  (key) => {
    expect(() => variablesFor({ ...access, key }, ['openai'])).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.not.stringMatching(/a.b|ä/) }),
    );
  },
);

test.each(['http://u:p@h', 'http://h/?q=1', 'http://h/a b', 'http://h/%20'])('the address %s is refused', (apiUrl) => {
  expect(() => variablesFor({ ...access, apiUrl }, ['openai'])).toThrow(
    expect.objectContaining({ code: 'usage', param: '--api-url' }),
  );
});

test('families are parsed with blanks and repeats, in order', () => {
  expect(parseFamilies('gemini, OpenAI,gemini')).toEqual(['gemini', 'openai']);
});

test('only addresses are shown in full, and not when a password may be in them', () => {
  expect(masked('OPENAI_API_KEY', 'sk-gw-0123456789abcdef0123')).toBe('sk-gw-0123…');
  expect(masked('OPENAI_API_KEY', 'short')).toBe('…');
  expect(masked('OPENAI_BASE_URL', 'http://h:1/v1')).toBe('http://h:1/v1');
  expect(masked('OPENAI_BASE_URL', 'http://me:secret@h/v1')).not.toContain('secret');
});

describe('a line of a .gitignore', () => {
  test.each([
    [undefined, '.env\n'],
    ['', '.env\n'],
    ['a\n', 'a\n.env\n'],
    ['a', 'a\n.env\n'],
    ['a\r\n', 'a\r\n.env\r\n'],
    ['a\r\nb', 'a\r\nb\r\n.env\r\n'],
  ])('added to %j keeps what is there, and is taken out again', (before, after) => {
    const { bytes, line } = withIgnoreLine(before === undefined ? undefined : Buffer.from(before), '.env');
    expect(bytes.toString()).toBe(after);
    expect(withoutIgnoreLine(Buffer.concat([Buffer.from('x\n'), bytes]), line)?.toString()).not.toContain('.env');
  });

  test('that is gone already is not looked for elsewhere', () => {
    expect(withoutIgnoreLine(Buffer.from('.env.local\n'), '.env')).toBeUndefined();
  });

  test('keeps bytes that are no UTF-8', () => {
    const before = Buffer.from([0xff, 0xfe, 0x0a]);
    const { bytes, line } = withIgnoreLine(before, 'ü.env');
    expect(bytes.subarray(0, 3)).toEqual(before);
    expect(withoutIgnoreLine(bytes, line)).toEqual(before);
  });
});
