import { expect, test } from 'vitest';
import { keyFailureOf } from '../../../server/providers/key-standing.ts';
import { OpenUpstream } from '../../../server/providers/open-upstream.ts';
import { Pools } from '../../../server/providers/pools.ts';
import { openaiCompatible, type Provider } from '../../../server/providers/provider.ts';
import type { Access, Opening, RouteCall } from '../../../server/providers/upstream.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const MODEL = { format: 'openai-chat', model: 'm', stream: false } as const;

/** A provider with these keys, its clock and its log. */
function opened(keys: readonly string[], more: Partial<Access> = {}, row: Partial<Provider> = {}) {
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const told: unknown[] = [];
  const log = {
    info: (facts: object, message: string) => told.push({ ...facts, message }),
    warn: (facts: object, message: string) => told.push({ ...facts, message }),
  } as unknown as Opening['log'];
  const provider = openaiCompatible('acme', 'Acme', 'https://acme.example/v1', row);
  const opening: Opening = {
    provider,
    custom: false,
    own: false,
    scope: '',
    version: '0',
    pools: new Pools(),
    log,
    now: () => clock.ms,
  };
  const access = (key: string): Access => ({
    credential: { key, settings: {} },
    baseUrl: undefined,
    fenced: false,
    ...more,
  });
  const open = (of: readonly string[], before?: OpenUpstream) => new OpenUpstream(opening, of.map(access), before);
  const upstream = open(keys);
  const use = (call: Partial<RouteCall> = {}, of = upstream) => of.route({ ...MODEL, ...call }).credential.key;
  const idOf = (key: string) => upstream.keys()[keys.indexOf(key)]!.id;
  return { upstream, open, opening, clock, told, use, idOf };
}

const times = <T>(count: number, of: () => T): T[] => Array.from({ length: count }, () => of());

test('keys take turns, and one that failed three times in a row is passed over for 30 seconds', () => {
  const { upstream, clock, use, idOf } = opened(['a', 'b', 'c']);
  expect(times(4, use)).toEqual(['a', 'b', 'c', 'a']);
  upstream.failed(idOf('b'), 'server_error');
  upstream.failed(idOf('b'), 'timeout');
  expect(times(3, use)).toEqual(['b', 'c', 'a']);
  upstream.failed(idOf('b'), 'connection');
  expect(times(4, use)).toEqual(['c', 'a', 'c', 'a']);
  clock.ms += 30 * SECOND;
  expect(times(3, use)).toEqual(['b', 'c', 'a']);
});

test('an answer between failures begins the count anew', () => {
  const { upstream, use, idOf } = opened(['a', 'b']);
  for (const _ of [1, 2, 3]) {
    upstream.failed(idOf('a'), 'server_error');
    upstream.failed(idOf('a'), 'server_error');
    upstream.answered(idOf('a'));
  }
  expect(new Set(times(2, use))).toEqual(new Set(['a', 'b']));
});

test('a rate limit holds a key out for as long as it asks, whatever answers calls that began before', () => {
  const { upstream, clock, use, idOf } = opened(['a', 'b']);
  upstream.failed(idOf('a'), 'rate_limited', 20);
  upstream.answered(idOf('a'));
  expect(times(3, use)).toEqual(['b', 'b', 'b']);
  clock.ms += 20 * SECOND;
  expect(use()).toBe('a');
});

test('a rate limit that names no time holds for a second, and for two when it comes again', () => {
  const { upstream, clock, use, idOf } = opened(['a', 'b']);
  upstream.failed(idOf('a'), 'rate_limited');
  clock.ms += SECOND;
  expect(use()).toBe('a');
  upstream.failed(idOf('a'), 'rate_limited');
  clock.ms += SECOND;
  expect(times(2, use)).toEqual(['b', 'b']);
  clock.ms += SECOND;
  expect(use()).toBe('a');
});

test.each([
  [401, 'unauthorized'],
  [402, 'payment_required'],
  [403, 'forbidden'],
] as const)('a key that is answered %i is set aside, and tried by one call every five minutes', (status, reason) => {
  const { upstream, clock, use, idOf } = opened(['a', 'b']);
  expect(keyFailureOf(status)).toBe(reason);
  upstream.failed(idOf('a'), reason);
  expect(upstream.keys()[0]).toMatchObject({ health: 'set_aside', reason, since: new Date('2026-01-01') });
  clock.ms += 5 * MINUTE - 1;
  expect(times(3, use)).toEqual(['b', 'b', 'b']);
  clock.ms += 1;
  expect(times(3, use)).toEqual(['a', 'b', 'b']);
  upstream.failed(idOf('a'), reason);
  clock.ms += 5 * MINUTE;
  expect(use()).toBe('a');
  expect(upstream.keys()[0]).toMatchObject({ health: 'set_aside', since: new Date('2026-01-01') });
  upstream.answered(idOf('a'));
  expect(times(2, use)).toEqual(['b', 'a']);
  expect(upstream.keys()[0]).toMatchObject({ health: 'ok', reason: undefined, since: undefined });
});

test('nothing else that is answered speaks against a key', () => {
  expect([200, 400, 404, 422].map(keyFailureOf)).toEqual([undefined, undefined, undefined, undefined]);
  expect([429, 500, 529].map(keyFailureOf)).toEqual(['rate_limited', 'server_error', 'server_error']);
});

test('when all are out, the one that comes back first is used all the same', () => {
  const { upstream, use, idOf } = opened(['a', 'b', 'c']);
  upstream.failed(idOf('a'), 'unauthorized');
  upstream.failed(idOf('b'), 'rate_limited', 20);
  upstream.failed(idOf('c'), 'rate_limited', 40);
  expect(times(2, use)).toEqual(['b', 'b']);
  expect(use({ except: [idOf('b')] })).toBe('c');
  expect(opened(['only']).use({ except: [idOf('a')] })).toBe('only');
});

test('keys that were tried are not taken again while there is another', () => {
  const { upstream, use, idOf } = opened(['a', 'b']);
  expect(times(3, () => use({ except: [idOf('a')] }))).toEqual(['b', 'b', 'b']);
  expect(['a', 'b']).toContain(use({ except: [idOf('a'), idOf('b')] }));
  expect(upstream.hasAnother([idOf('a')])).toBe(true);
  expect(upstream.hasAnother([idOf('a'), idOf('b')])).toBe(false);
  upstream.failed(idOf('b'), 'forbidden');
  expect(upstream.hasAnother([idOf('a')])).toBe(false);
  const { upstream: alone, idOf: idOfAlone } = opened(['only']);
  expect(alone.hasAnother([])).toBe(true);
  expect(alone.hasAnother([idOfAlone('only')])).toBe(false);
});

test('the key that is preferred is taken while it is well', () => {
  const { upstream, use, idOf } = opened(['a', 'b', 'c']);
  const prefer = idOf('c');
  expect(times(3, () => use({ prefer }))).toEqual(['c', 'c', 'c']);
  upstream.failed(prefer, 'rate_limited', 10);
  expect(use({ prefer })).not.toBe('c');
  expect(use({ prefer: 'gone' })).not.toBe('c');
});

test('a key is named the same everywhere, by nothing that tells what it is', () => {
  const [one, other] = [opened(['sk-secret', 'b']), opened(['a', 'sk-secret'])];
  const id = one.idOf('sk-secret');
  expect(id).toMatch(/^[0-9a-f]{12}$/);
  expect(other.idOf('sk-secret')).toBe(id);
  expect(one.upstream.route(MODEL).id).toBe(id);
  expect(opened(['sk-secret'], { baseUrl: 'https://else.example/v1' }).idOf('sk-secret')).not.toBe(id);
});

test('a key that others are added to or taken from stays as it stood; a changed one begins anew', () => {
  const { upstream, open, use, idOf } = opened(['a', 'b']);
  upstream.failed(idOf('a'), 'unauthorized');
  const next = open(['a', 'c'], upstream);
  expect(times(2, () => use({}, next))).toEqual(['c', 'c']);
  // A call that began before is judged where it is used now.
  upstream.answered(idOf('a'));
  expect(times(2, () => use({}, next))).toEqual(['a', 'c']);
});

test('the log names a key that is set aside by its place, once, and says when it is good again', () => {
  const { upstream, told, idOf } = opened(['sk-first', 'sk-second'], { storedId: 'pvk_1' });
  upstream.failed(idOf('sk-second'), 'unauthorized');
  upstream.failed(idOf('sk-second'), 'unauthorized');
  expect(told).toEqual([
    {
      provider: 'acme',
      providerKey: 'pvk_1',
      place: '2 of 2',
      reason: 'unauthorized',
      message: expect.stringContaining('set aside'),
    },
  ]);
  upstream.answered(idOf('sk-second'));
  expect(told.at(-1)).toMatchObject({ place: '2 of 2', message: expect.stringContaining('good again') });
  for (const _ of [1, 2, 3]) {
    upstream.failed(idOf('sk-second'), 'forbidden');
    upstream.answered(idOf('sk-second'));
  }
  expect(told).toHaveLength(2);
  expect(JSON.stringify(told)).not.toContain('sk-');
});

test('a region is served with the keys that are at home there, and any where none is', () => {
  const { opening, use } = opened(
    ['x'],
    {},
    {
      settings: { region: { about: 'Where.' } },
      baseUrl: ({ region }) => `https://${region}.acme.example/v1`,
      regionOf: ({ region = '' }) => (region.startsWith('eu') ? 'eu' : 'us'),
    },
  );
  const accesses = ['us-1', 'eu-1', 'us-2'].map((region) => ({
    credential: { key: region, settings: { region } },
    baseUrl: undefined,
    fenced: false,
  }));
  const upstream = new OpenUpstream(opening, accesses);
  expect(upstream.regions).toEqual(['us', 'eu']);
  const inEurope = [1, 2].map(() => upstream.route({ ...MODEL, home: 'eu' }));
  expect(inEurope.map(({ origin }) => origin)).toEqual(['https://eu-1.acme.example', 'https://eu-1.acme.example']);
  const pinned = [1, 2, 3].map(() => upstream.route({ ...MODEL, region: 'us' }));
  expect(pinned.map(({ credential }) => credential.key)).toEqual(['us-1', 'us-2', 'us-1']);
  expect(pinned[0]!.origin).toBe('https://us.acme.example');
  expect(times(3, () => use({ region: 'asia' }, upstream)).toSorted()).toEqual(['eu-1', 'us-1', 'us-2']);
  const [eu] = upstream.keys().filter((_, at) => at === 1);
  expect(upstream.hasAnother([eu!.id], { home: 'eu' })).toBe(false);
  expect(upstream.hasAnother([eu!.id])).toBe(true);
});
