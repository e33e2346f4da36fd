import { expect, test, vi } from 'vitest';
import type { Person } from '../../../server/identity/identity.ts';
import { rememberTokens } from '../../../server/identity/verified-tokens.ts';
import type { Topic } from '../../../server/store/store.ts';

/** Tokens that are user ids, and the store's news, which another process may have announced. */
function remembered(load = (userId: string) => Promise.resolve({ userId } as Person)) {
  const loaded = vi.fn(load);
  let tell: (topic: Topic, id: string) => void;
  const authenticate = rememberTokens({ onChange: (listener) => (tell = listener) }, async (token) => ({
    expiresAtMs: Date.now() + 60_000,
    load: () => loaded(token),
  }));
  return { authenticate, loaded, tell: (topic: Topic, id: string) => tell(topic, id) };
}

test('who was changed is asked for again at once, and nobody else is', async () => {
  const { authenticate, loaded, tell } = remembered();
  await Promise.all([authenticate('usr_1'), authenticate('usr_2')]);
  tell('organization', 'usr_1');
  tell('user', 'usr_1');
  await Promise.all([authenticate('usr_1'), authenticate('usr_2')]);
  expect(loaded.mock.calls.flat()).toEqual(['usr_1', 'usr_2', 'usr_1']);
});

test('after a gap in the news everybody is', async () => {
  const { authenticate, loaded, tell } = remembered();
  await Promise.all([authenticate('usr_1'), authenticate('usr_2')]);
  tell('all', '');
  await Promise.all([authenticate('usr_1'), authenticate('usr_2')]);
  expect(loaded).toHaveBeenCalledTimes(4);
});

test('what was read before a change is not remembered after it', async () => {
  const answers: ((person: Person) => void)[] = [];
  const { authenticate, loaded, tell } = remembered(() => new Promise((resolve) => answers.push(resolve)));
  const before = authenticate('usr_1');
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  tell('user', 'usr_1');
  answers[0]!({ userId: 'usr_1', role: 'developer' } as Person);
  expect((await before).role).toBe('developer');
  const after = authenticate('usr_1');
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]!({ userId: 'usr_1', role: 'admin' } as Person);
  expect((await after).role).toBe('admin');
  expect(loaded).toHaveBeenCalledTimes(2);
});
