import { expect, test } from 'vitest';
import { failureOf, failureText } from '../../cli/failure.ts';
import { nextSteps } from '../../cli/next-steps.ts';
import { paintFor } from '../../cli/paint.ts';
import { GatewayError } from '../../shared/errors.ts';

const paint = await paintFor({ env: {}, globals: { color: false } } as never, { isTTY: false } as never);
const text = (error: GatewayError, words: string[]) =>
  failureText(failureOf(error, nextSteps(error, words, undefined)), paint);

test('a hint that names one of the steps does not leave the help alone below it', () => {
  const gone = new GatewayError('not_found', 'No key.', { hint: 'Run `gateway keys list`.' });
  expect(text(gone, ['keys', 'show', 'x'])).toBe(
    'error: No key.\nRun `gateway keys list`.\n  gateway keys list  to see what there is\n  gateway keys show --help  to see what it takes\n',
  );
});

test('a hint that names every step is all that is told', () => {
  const away = new GatewayError('not_logged_in', 'No.', { hint: 'Run `gateway login`.' });
  expect(text(away, ['balance'])).toBe('error: No.\nRun `gateway login`.\n');
});

test('the help is named once', () => {
  expect(text(new GatewayError('usage', 'No.'), ['models'])).toBe(
    'error: No.\n  gateway models --help  to see what it takes\n',
  );
});

test('what was paid in is the list for a topup that is not found', () => {
  const steps = nextSteps(new GatewayError('not_found', 'No.'), ['topup', 'status', 'x'], undefined);
  expect(steps.map(({ command }) => command)).toEqual(['gateway credits history', 'gateway topup status --help']);
});
