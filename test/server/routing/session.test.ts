import { expect, it, test } from 'vitest';
import { sessionOf } from '../../../server/routing/session.ts';

const facts = { session: 'body' };

test.each([
  ['its caller', { 'x-session-id': 'own', 'x-session-affinity': 'o', 'x-claude-code-session-id': 'c' }, 'own'],
  ['OpenCode', { 'x-session-affinity': 'o', 'x-claude-code-session-id': 'c' }, 'o'],
  ['Claude Code', { 'x-session-id': ' ', 'x-claude-code-session-id': 'c' }, 'c'],
  ['its body', {}, 'body'],
])('a request is of the session that %s tells of', (_who, headers, session) => {
  expect(sessionOf(headers, facts)).toBe(session);
});

it('a request without any is of no session', () => {
  for (const none of [undefined, {}, { session: ' \n' }]) expect(sessionOf({}, none)).toBeUndefined();
});

it('a session has at most 200 characters, and all of them can be printed', () => {
  expect(sessionOf({ 'x-session-id': `  ${'x'.repeat(300)}` }, undefined)).toBe('x'.repeat(200));
  expect(sessionOf({}, { session: '\0a\u200bé\nb\ud800' })).toBe('aéb');
  expect(sessionOf({}, { session: `${'x'.repeat(199)}😀` })).toBe('x'.repeat(199));
});
