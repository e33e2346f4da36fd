import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Where each known trap between the formats is tested: a number of the list, a file below `test/`, words of the test's name. */
const TRAPS: readonly (readonly [number, string, string])[] = [
  [1, 'server/dialects/anthropic-messages/writer.test.ts', 'calls whose arguments come mixed one after the other'],
  [2, 'server/dialects/openai-chat/source.test.ts', 'of Gemini has two calls under one index'],
  [3, 'server/dialects/openai-responses/source.test.ts', 'arguments that come only when they are done'],
  [4, 'flows/matrix/matrix.test.ts', '$scenario, streamed: $stream'],
  [5, 'server/dialects/openai-chat/source.test.ts', 'stop after a call is tool_calls'],
  [6, 'flows/matrix/matrix.test.ts', '$scenario, streamed: $stream'],
  [7, 'flows/matrix/loops.test.ts', 'ends as it does without the gateway'],
  [8, 'server/dialects/openai-chat/source.test.ts', 'without an index are told apart'],
  [9, 'flows/matrix/loops.test.ts', 'ends as it does without the gateway'],
  [10, 'flows/gemini.test.ts', 'a signature of Google’s comes back to it through chat completions'],
  [11, 'flows/proxy.test.ts', 'openai gets the usage in the finish chunk when it did not ask'],
  [12, 'flows/matrix/matrix.test.ts', '$scenario, streamed: $stream'],
  [13, 'flows/matrix/matrix.test.ts', '$scenario, streamed: $stream'],
  [14, 'server/dialects/neutral/cache-marks.test.ts', 'prompt-cache marks'],
  [15, 'flows/matrix/matrix.test.ts', '$scenario, streamed: $stream'],
  [16, 'server/dialects/anthropic-messages/write-request.test.ts', 'have no empty text'],
  [17, 'flows/clients/agents.test.ts', '%s gets its chunks'],
  [18, 'flows/truth/truth.test.ts', 'is its own SDK’s, from %s'],
  [19, 'flows/proxy.test.ts', 'a body of 40 MB is answered 413'],
  [20, 'flows/matrix/matrix.test.ts', 'a stream in writes of seven bytes is the same answer'],
  [21, 'flows/proxy.test.ts', 'of a stream in CRLF, in comments and without a space'],
  [22, 'flows/proxy.test.ts', 'the provider’s call is aborted'],
  [23, 'flows/matrix/broken.test.ts', 'throws on %s of a stream'],
  [24, 'flows/matrix/broken.test.ts', '%s ends with the error event of the format'],
  [25, 'flows/proxy.test.ts', 'after content pays for what was generated, marked as an estimate'],
  [26, 'flows/matrix/broken.test.ts', 'throws on %s of a stream'],
  [27, 'flows/clients/doors.test.ts', 'limiting its rate, is a 429 with a time to wait'],
  [28, 'flows/transport.test.ts', 'gets its own key and what is meant for it'],
  [29, 'flows/proxy.test.ts', 'of a gzipped answer are unpacked, also for errors'],
  [30, 'flows/transport.test.ts', 'a connection that the provider closes as it is used again'],
  [31, 'server/providers/pools.test.ts', 'no clock of the connections ends a call'],
  [32, 'server/dialects/anthropic-messages/rewrite.test.ts', 'takes little time for megabytes'],
  [33, 'flows/proxy.test.ts', 'travel untouched but for what must change'],
  [34, 'flows/proxy.test.ts', 'travel untouched but for what must change'],
  [35, 'flows/clients/agents.test.ts', 'Codex gets each item done and the whole response'],
  [36, 'flows/proxy.test.ts', 'openai reads a stream whose usage chunk it asked for'],
  [37, 'flows/money.test.ts', 'bounds'],
  [38, 'flows/serve.test.ts', 'with the database down'],
  [39, 'flows/transport.test.ts', 'asked of the same provider each time'],
  [40, 'flows/transport.test.ts', 'a stream is not paced'],
  [41, 'server/proxy/refuse.test.ts', 'nothing of where it is'],
];

test('no trap is without a test', () => {
  expect(new Set(TRAPS.map(([trap]) => trap))).toEqual(new Set(Array.from({ length: 41 }, (_, at) => at + 1)));
});

test.each(TRAPS)('trap %i is tested in %s: %s', (_trap, file, words) => {
  expect(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).toContain(words);
});
