import { expect, test } from 'vitest';
import { plainLine } from '../../server/log.ts';

test('a line for a terminal has the time, the level, the message and the facts', () => {
  const line =
    '{"level":40,"time":"2026-01-02T03:04:05.678Z","email":"ann@example.com","n":3,"msg":"sign-in code for ann: 123456"}';
  expect(plainLine(line)).toBe('03:04:05 warn  sign-in code for ann: 123456 email=ann@example.com n=3\n');
});

test('what somebody else wrote cannot move the cursor', () => {
  expect(plainLine(JSON.stringify({ level: 30, time: '2026-01-02T03:04:05Z', msg: 'a\u001b[2J\nb\u202e' }))).toBe(
    '03:04:05 info  a\\u001b[2J\\u000ab\\u202e\n',
  );
});
