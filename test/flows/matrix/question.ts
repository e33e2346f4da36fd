/** What every caller asks, before it is put into its format's words. */
export interface Question {
  scenario: string;
  /** Tells this request from all others at the double. */
  id: string;
  model: string;
}

/** Where a caller sends it. */
export interface Connection {
  url: string;
  key: string;
}

/** Two, since several are what gets lost. */
export const SYSTEM = ['You are terse.', 'Answer in plain words.'] as const;

export function prompt({ scenario, id }: Question): string {
  return `A question – ünïcödé 🙂 [[${scenario}#${id}]]`;
}

/** A schema as real tools have them: references, unions of types, limits. */
export const WEATHER = {
  name: 'get_weather',
  description: 'The weather of a city.',
  schema: {
    type: 'object',
    properties: {
      city: { type: 'string', description: 'Its name', minLength: 1 },
      station: { type: ['integer', 'null'] },
      days: { type: 'array', items: { $ref: '#/$defs/day' }, maxItems: 7 },
    },
    required: ['city'],
    additionalProperties: false,
    $defs: { day: { type: 'number', minimum: 0 } },
  },
};

/** Structured output, closed and complete as strict modes want it. */
export const PERSON = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
    age: { type: 'integer' },
  },
  required: ['name', 'tags', 'age'],
  additionalProperties: false,
};

/** A red square of one pixel. */
export const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

const WITH_TOOLS = new Set(['tools', 'parallel', 'everything', 'loop']);
const WITH_REASONING = new Set(['reasoning', 'everything', 'loop']);

/** What a scenario's request says, and what it has besides; undefined where it has no such thing. */
export function asked(question: Question) {
  const { scenario } = question;
  return {
    text: prompt(question),
    tool: WITH_TOOLS.has(scenario) ? WEATHER : undefined,
    reasoning: WITH_REASONING.has(scenario),
    image: scenario === 'image' ? PNG : undefined,
    structured: scenario === 'structured' ? PERSON : undefined,
  };
}

/** The budget of callers that name one. */
export const THINK_TOKENS = 4096;
export const MAX_TOKENS = 60_000;
