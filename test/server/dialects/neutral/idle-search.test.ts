import { expect, test } from 'vitest';
import type { Offer } from '../../../../server/catalog/types.ts';
import { withoutIdleSearch } from '../../../../server/dialects/neutral/idle-search.ts';
import type { NeutralRequest, Tool } from '../../../../server/dialects/neutral/request.ts';

const search: Tool = { type: 'web_search' };
const shell: Tool = { type: 'function', name: 'shell' };
const request = (tools: Tool[], more: Partial<NeutralRequest> = {}): NeutralRequest => ({
  model: 'm',
  stream: false,
  messages: [],
  tools,
  choices: 1,
  extras: {},
  ...more,
});
const offer = (more: Partial<Offer> = {}) => ({ capabilities: ['tools'], ...more }) as Offer;

test('a search that an agent only offers is left out where the model cannot search', () => {
  expect(withoutIdleSearch(request([shell, search]), offer())?.tools).toEqual([shell]);
});

test.each([
  ['the model searches', request([shell, search]), offer({ capabilities: ['web_search'] })],
  ['nothing is known of the model', request([shell, search]), offer({ priceUnknown: true })],
  ['it is all that is asked for', request([search]), offer()],
  ['it is demanded', request([shell, search], { toolChoice: { type: 'tool', name: 'web_search' } }), offer()],
  ['there is none', request([shell]), offer()],
])('nothing is left out when %s', (_case, given, at) => {
  expect(withoutIdleSearch(given, at)).toBeUndefined();
});
