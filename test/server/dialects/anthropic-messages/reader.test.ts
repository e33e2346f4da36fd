import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { anthropicMessages } from '../../../../server/dialects/anthropic-messages/index.ts';
import type { RequestFacts, TokenUsage } from '../../../../server/dialects/neutral.ts';

const STREAM = readFileSync(new URL('../../../fixtures/anthropic/all-blocks.stream.txt', import.meta.url));

it('a stream that passes as it is counts its searches and thoughts, cut at any byte', () => {
  for (let cut = 1; cut < STREAM.length; cut += 7) {
    let counted: TokenUsage | undefined;
    const reader = anthropicMessages.createReader(
      {} as RequestFacts,
      {
        settle(usage) {
          counted = usage;
          return '"cost":1';
        },
      },
      1000,
      10,
    );
    const sent = [STREAM.subarray(0, cut), STREAM.subarray(cut)].map((chunk) => reader.push(chunk)?.toString() ?? '');
    expect(counted).toEqual({
      input: 2700,
      cached: 1000,
      cacheWrite: 200,
      cacheWrite1h: 100,
      output: 510,
      reasoning: 40,
      searches: 1,
      place: 'global',
    });
    expect(sent.join('')).toBe(
      STREAM.toString().replace('"web_fetch_requests":0}}', '"web_fetch_requests":0},"cost":1}'),
    );
  }
});
