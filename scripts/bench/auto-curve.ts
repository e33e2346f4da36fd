/** What a model's answer to a prompt was worth: 0 to 1, and USD. */
export interface Answer {
  correct: number;
  cost_usd: number;
}

/** A prompt with its answers, by model. */
export interface Judged {
  /** What the classifier gives it: the higher, the harder. */
  score: number;
  models: Readonly<Record<string, Answer>>;
}

/** Means over all prompts. */
export interface Point {
  costUsd: number;
  quality: number;
}

/** Two curves from always the first model to always the last one. */
export interface Curves {
  /** Each prompt goes where its score says. */
  auto: Point[];
  /** As many prompts go to each model, but whichever. */
  random: Point[];
}

const STEPS = 400;

/**
 * The curves of moving all boundaries together, from above the highest score to below the lowest.
 * @param boundaries the lowest score of each model but the first, ascending; one fewer than there are models.
 */
export function curves(prompts: readonly Judged[], models: readonly string[], boundaries: readonly number[]): Curves {
  const means = models.map((model) => always(prompts, model));
  const found: Curves = { auto: [], random: [] };
  for (let step = 0; step <= STEPS; step++) {
    const shift = 2 - (4 * step) / STEPS;
    const places = prompts.map(({ score }) => placeOf(score, boundaries, shift));
    found.auto.push(mean(prompts.map((prompt, at) => prompt.models[models[places[at]!]!]!)));
    found.random.push(
      mean(places.map((place) => ({ correct: means[place]!.quality, cost_usd: means[place]!.costUsd }))),
    );
  }
  return found;
}

/** The place among the models of a score, with every boundary so much higher. */
export function placeOf(score: number, boundaries: readonly number[], shift: number): number {
  return boundaries.filter((boundary) => score >= boundary + shift).length;
}

/** The mean of always asking one model. */
export function always(prompts: readonly Judged[], model: string): Point {
  return mean(prompts.map((prompt) => prompt.models[model]!));
}

/** The quality that is had for a cost, between two points of a curve in a straight line. */
export function qualityAt(points: readonly Point[], costUsd: number): number {
  const after = points.findIndex((point) => point.costUsd >= costUsd);
  if (after < 0) return points.at(-1)!.quality;
  if (after === 0) return points[0]!.quality;
  const [from, to] = [points[after - 1]!, points[after]!];
  const share = to.costUsd === from.costUsd ? 1 : (costUsd - from.costUsd) / (to.costUsd - from.costUsd);
  return from.quality + share * (to.quality - from.quality);
}

/** The area under a curve, with cost and quality between those of its two ends as 0 to 1: a straight line has a half. */
export function areaUnder(points: readonly Point[]): number {
  const [first, last] = [points[0]!, points.at(-1)!];
  const x = ({ costUsd }: Point) => (costUsd - first.costUsd) / (last.costUsd - first.costUsd);
  const y = ({ quality }: Point) => (quality - first.quality) / (last.quality - first.quality);
  return points.slice(1).reduce((sum, to, at) => {
    const from = points[at]!;
    return sum + ((y(from) + y(to)) / 2) * (x(to) - x(from));
  }, 0);
}

export function mean(answers: readonly Answer[]): Point {
  const sum = (of: (one: Answer) => number) => answers.reduce((total, one) => total + of(one), 0) / answers.length;
  return { costUsd: sum(({ cost_usd }) => cost_usd), quality: sum(({ correct }) => correct) };
}
