import { describe, expect, it, test } from 'vitest';
import { scanObject } from '../../../server/dialects/json-scan.ts';
import { createMakers, makerOf, type Tried, thoughtsFor } from '../../../server/routing/makers.ts';
import type { Target } from '../../../server/routing/plan.ts';

const LONG = 'ErUB'.repeat(1000);

/** A target of a provider whose credentials are `a`, `b` …; those in `out` are not to be had. */
function targetOf(provider: string, ids: readonly string[] = ['a'], out: readonly string[] = []): Target {
  const hasAnother = (except: readonly string[]) => ids.some((id) => !except.includes(id) && !out.includes(id));
  const upstream = { name: provider, keys: () => ids.map((id) => ({ id })), hasAnother };
  return { id: provider, offer: {}, upstream } as unknown as Target;
}

const requestOf = (...signatures: string[]) =>
  scanObject(Buffer.from(JSON.stringify({ input: signatures.map((signature) => ({ encrypted_content: signature })) })));
const fresh: Tried = { credential: () => undefined, failed: [], tried: [] };

describe('the maker of a signature', () => {
  it('is the provider whose answer it came in', () => {
    const makers = createMakers();
    const record = makers.recorder({ provider: 'anthropic' });
    for (const signature of ['short', LONG, `${LONG}=`]) record(signature);
    for (const signature of ['short', LONG, `${LONG}=`])
      expect(makers.of(signature)).toEqual({ provider: 'anthropic' });
    for (const other of ['', 'shor', `${LONG}x`, LONG.slice(4)]) expect(makers.of(other)).toBeUndefined();
  });

  it('is the provider with the credential where thoughts belong to an account', () => {
    expect(makerOf('openai', 'openai-responses', 'a')).toEqual({ provider: 'openai', credentialId: 'a' });
    for (const format of ['openai-chat', 'anthropic-messages', 'gemini', 'bedrock-converse'] as const)
      expect(makerOf('p', format, 'a')).toEqual({ provider: 'p' });
  });

  it('is forgotten when there are too many, those first that nobody asked for', () => {
    const makers = createMakers();
    const record = makers.recorder({ provider: 'p' });
    for (let i = 0; i < 100_001; i++) {
      record(`s${i}`);
      if (i === 50_000) makers.of('s0');
    }
    expect(makers.of('s0')).toBeDefined();
    expect(makers.of('s1')).toBeUndefined();
  });
});

describe('thoughts in a request', () => {
  const makers = createMakers();
  makers.recorder({ provider: 'anthropic' })('A');
  makers.recorder({ provider: 'openai', credentialId: 'a' })('Oa');
  makers.recorder({ provider: 'openai', credentialId: 'b' })('Ob');
  const foreignAt = (target: Target, signatures: string[], tried: Partial<Tried> = {}) => {
    const { isForeign } = thoughtsFor(makers, requestOf(...signatures), target, { ...fresh, ...tried });
    return isForeign && signatures.filter(isForeign);
  };

  it('that are none need nothing', () => {
    expect(foreignAt(targetOf('bedrock'), [])).toBeUndefined();
    expect(thoughtsFor(makers, scanObject(Buffer.from('{"a":[]}')), targetOf('x'), fresh)).toEqual({});
  });

  it('go to the provider that made them, and to no other', () => {
    expect(foreignAt(targetOf('anthropic'), ['A'])).toBeUndefined();
    expect(foreignAt(targetOf('aws-bedrock'), ['A', 'A'])).toEqual(['A', 'A']);
    expect(foreignAt(targetOf('openai'), ['A', 'Oa'])).toEqual(['A']);
  });

  it('of an unknown maker go to the first provider alone, whatever it is', () => {
    const failed = [{ provider: 'anthropic' }];
    expect(foreignAt(targetOf('aws-bedrock'), ['?'])).toBeUndefined();
    expect(foreignAt(targetOf('anthropic'), ['?'], { failed })).toBeUndefined();
    expect(foreignAt(targetOf('aws-bedrock'), ['?'], { failed })).toEqual(['?']);
  });

  test.each<[string, Target, string[], Partial<Tried>, string | undefined, string[] | undefined]>([
    ['are called with the only one', targetOf('openai', ['a']), ['Oa'], {}, 'a', undefined],
    ['are not sent with another one', targetOf('openai', ['c']), ['Oa'], {}, 'c', ['Oa']],
    ['are called with theirs of several', targetOf('openai', ['a', 'b']), ['Oa', 'Ob'], {}, 'b', ['Oa']],
    ['go where the session is', targetOf('openai', ['a', 'b']), ['Ob'], { credential: () => 'a' }, 'a', ['Ob']],
    ['stay behind when theirs failed', targetOf('openai', ['a', 'b']), ['Ob'], { tried: ['b'] }, undefined, ['Ob']],
    ['stay behind while theirs is out', targetOf('openai', ['a', 'b'], ['b']), ['Ob'], {}, undefined, ['Ob']],
    ['stay behind when theirs is gone', targetOf('openai', ['a', 'c']), ['Ob'], {}, undefined, ['Ob']],
  ])('of a credential %s', (_case, target, signatures, tried, credentialId, foreign) => {
    expect(thoughtsFor(makers, requestOf(...signatures), target, { ...fresh, ...tried }).credentialId).toBe(
      credentialId,
    );
    expect(foreignAt(target, signatures, tried)).toEqual(foreign);
  });
});
