/** What is asked of each target. `connections: 1` measures latency, many measure throughput. */
const PROMPT = `Summarise the following text in one sentence. ${'Lorem ipsum dolor sit amet, consectetur adipiscing elit. '.repeat(12)}`;
const LARGE_BYTES = 4 * 2 ** 20;

function body(content, more) {
  const messages = [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content },
  ];
  return JSON.stringify({ model: 'gpt-oss-120b', max_tokens: 256, messages, ...more });
}

export const BODIES = {
  json: body(PROMPT),
  stream: body(PROMPT, { stream: true }),
  large: body('The quick brown fox. '.repeat(Math.ceil(LARGE_BYTES / 21))),
};

/** `direct`: also measured without anything between, as what is added is the difference. Times are at scale 1. */
export const SCENARIOS = [
  { name: 'json-64', body: 'json', connections: 64, warmupMs: 2000, durationMs: 6000 },
  { name: 'json-1', body: 'json', connections: 1, warmupMs: 1000, durationMs: 3000, direct: true },
  { name: 'stream-64', body: 'stream', connections: 64, warmupMs: 2000, durationMs: 6000 },
  { name: 'stream-1', body: 'stream', connections: 1, warmupMs: 1000, durationMs: 3000, direct: true },
  { name: 'large-1', body: 'large', connections: 1, warmupMs: 400, durationMs: 2000, direct: true },
];
