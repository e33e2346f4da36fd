import { expect, it } from 'vitest';
import { JsonEnd } from '../../../../server/dialects/anthropic-messages/json-end.ts';

it.each(['{}', '{"a":"}\\"{\\\\"}', ' [{"a":[]},{}]'])(
  '%s is whole with its last character, in any slicing',
  (text) => {
    const end = new JsonEnd();
    for (const character of text) {
      expect(end.whole).toBe(false);
      end.add(character);
    }
    expect(end.whole).toBe(true);
  },
);
