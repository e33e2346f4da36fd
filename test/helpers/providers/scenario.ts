import { createHash } from 'node:crypto';

/** One step of what a model says. Arguments are JSON text, compact, as providers stream it. */
export type Step =
  | { type: 'reasoning'; text: string }
  | { type: 'text'; text: string }
  | { type: 'refusal'; text: string }
  | { type: 'call'; id: string; name: string; arguments: string };

export type Stop = 'stop' | 'length' | 'calls' | 'refusal';

/** What a double answers, before it is put into a provider's own words. */
export interface Reply {
  scenario: string;
  steps: readonly Step[];
  stop: Stop;
  /** Never overlapping: `input` without what was cached, `output` with what was reasoning. */
  usage: { input: number; cached: number; output: number; reasoning: number };
  /** What goes wrong in a stream: nothing; the error event; the connection cut; a clean end without the terminal event. */
  fault?: 'error' | 'cut' | 'end';
  /** Whether it goes wrong before any content. */
  early?: boolean;
}

/** The word in the last user message that picks an answer: `[[tools]]`, or `[[tools#7]]` to tell requests apart. */
const MARK = /\[\[([a-z\d-]+)(?:#([\w-]+))?\]\]/g;

/** The mark of a request: it stands in the prompt, so every translation keeps it. */
export function markOf(body: string): { scenario: string; id: string } {
  const [, scenario = 'text', id = ''] = [...body.matchAll(MARK)].at(-1) ?? [];
  return { scenario, id };
}

export const TEXT = 'Grüezi, 世界 👋🏽 – "quoted" \\ back\\slash\n\ndata: [DONE]\n\tend';
export const THOUGHT = 'First I look at the question.\nThen I answer: 答え.';
/** A number that a float cannot hold, and what JSON escapes. */
export const ARGUMENTS = '{"city":"Zürich \\"Alt\\"","station":9007199254740993,"days":[1,2.5]}';
export const PARALLEL = ['{"city":"Paris"}', '{"city":"Tōkyō 🗼","days":[3]}'] as const;
export const STRUCTURED = '{"name":"Ada","tags":["a","b"],"age":36}';
export const REFUSAL = 'I cannot help with that.';
export const CUT_TEXT = 'This answer ends in the middle of a';
export const LONG_TEXT = 'The quick brown fox – 素早い茶色の狐 – jumps. 🦊\n'.repeat(3400);
const CONTENT_STOPS = { input: 100, cached: 20, output: 50, reasoning: 0 };

/** The answers by name. */
export const REPLIES: Readonly<Record<string, Omit<Reply, 'scenario'>>> = {
  text: { steps: [{ type: 'text', text: TEXT }], stop: 'stop', usage: CONTENT_STOPS },
  tools: {
    steps: [
      { type: 'text', text: 'I look it up.' },
      { type: 'call', id: '1', name: 'get_weather', arguments: ARGUMENTS },
    ],
    stop: 'calls',
    usage: CONTENT_STOPS,
  },
  parallel: {
    steps: PARALLEL.map((text, index) => ({
      type: 'call' as const,
      id: `${index + 1}`,
      name: 'get_weather',
      arguments: text,
    })),
    stop: 'calls',
    usage: CONTENT_STOPS,
  },
  image: { steps: [{ type: 'text', text: 'A small red square.' }], stop: 'stop', usage: CONTENT_STOPS },
  reasoning: {
    steps: [
      { type: 'reasoning', text: THOUGHT },
      { type: 'text', text: 'Forty-two.' },
    ],
    stop: 'stop',
    usage: { input: 100, cached: 20, output: 50, reasoning: 30 },
  },
  structured: { steps: [{ type: 'text', text: STRUCTURED }], stop: 'stop', usage: CONTENT_STOPS },
  long: {
    steps: [{ type: 'text', text: LONG_TEXT }],
    stop: 'stop',
    usage: { input: 100, cached: 20, output: 51000, reasoning: 0 },
  },
  refusal: { steps: [{ type: 'refusal', text: REFUSAL }], stop: 'refusal', usage: CONTENT_STOPS },
  length: { steps: [{ type: 'text', text: CUT_TEXT }], stop: 'length', usage: CONTENT_STOPS },
  /** All kinds of content in one answer. */
  everything: {
    steps: [
      { type: 'reasoning', text: THOUGHT },
      { type: 'text', text: TEXT },
      { type: 'call', id: '1', name: 'get_weather', arguments: ARGUMENTS },
      { type: 'call', id: '2', name: 'get_weather', arguments: PARALLEL[1] },
    ],
    stop: 'calls',
    usage: { input: 100, cached: 20, output: 50, reasoning: 30 },
  },
  /** The same in few bytes, for tests that cut at each of them. */
  small: {
    steps: [
      { type: 'reasoning', text: 'One 思.' },
      { type: 'text', text: 'Zwei 👋🏽 "x"\n\n' },
      { type: 'call', id: '1', name: 'get_weather', arguments: '{"station":9007199254740993}' },
      { type: 'call', id: '2', name: 'get_weather', arguments: '{"city":"🗼"}' },
    ],
    stop: 'calls',
    usage: { input: 100, cached: 20, output: 50, reasoning: 30 },
  },
  ...faults(),
};

/** How many turns with tools a loop has. */
export const LOOP_TURNS = 10;

/** Turn `turn` (from 0) of a loop: a thought, a line and two parallel calls, until the tenth has been answered. */
export function loopReply(turn: number, results: readonly string[]): Reply {
  const usage = { input: 100 + turn, cached: 20, output: 50, reasoning: 30 };
  if (turn >= LOOP_TURNS)
    return { scenario: 'loop', steps: [{ type: 'text', text: loopEnd(results) }], stop: 'stop', usage };
  return {
    scenario: 'loop',
    steps: [
      { type: 'reasoning', text: `Turn ${turn}: two more to look up.` },
      { type: 'text', text: `Turn ${turn}.` },
      {
        type: 'call',
        id: `${turn}a`,
        name: 'get_weather',
        arguments: `{"city":"Left ${turn}","station":9007199254740993}`,
      },
      { type: 'call', id: `${turn}b`, name: 'get_weather', arguments: `{"city":"Right ${turn}"}` },
    ],
    stop: 'calls',
    usage,
  };
}

/** What the tools of a loop answer. */
export function toolResult(name: string, input: unknown): string {
  const { city } = input as { city: string };
  return `${name}: ${city} has 21 °C – ☀`;
}

/** The last words of a loop: proof that all results arrived, in order. */
export function loopEnd(results: readonly string[]): string {
  return `${results.length} results, digest ${createHash('sha256').update(results.join('\n')).digest('hex').slice(0, 16)}.`;
}

/** The results of a loop as every caller's tools give them. */
export function loopResults(): string[] {
  return Array.from({ length: LOOP_TURNS }, (_, turn) =>
    loopReply(turn, []).steps.flatMap((step) =>
      step.type === 'call' ? [toolResult(step.name, JSON.parse(step.arguments))] : [],
    ),
  ).flat();
}

/** A provider's proof that a thought is its own: whoever changes the thought or the proof is found out. */
export function seal(family: string, text: string): string {
  return createHash('sha512').update(`${family}\n${text}`).digest('base64');
}

/** Text in pieces as a provider streams it; never within a surrogate pair. */
export function slices(text: string, most = 120): string[] {
  const letters = Array.from(text);
  const size = Math.max(3, Math.ceil(letters.length / most));
  return Array.from({ length: Math.ceil(letters.length / size) }, (_, index) =>
    letters.slice(index * size, (index + 1) * size).join(''),
  );
}

function faults(): Record<string, Omit<Reply, 'scenario'>> {
  const steps: Step[] = [{ type: 'text', text: 'w0 w1 w2 w3 w4' }];
  const rows = (['error', 'cut', 'end'] as const).flatMap((fault) =>
    [true, false].map((early) => [
      `${fault}-${early ? 'early' : 'late'}`,
      { steps, stop: 'stop' as const, usage: CONTENT_STOPS, fault, early },
    ]),
  );
  return Object.fromEntries(rows) as Record<string, Omit<Reply, 'scenario'>>;
}
