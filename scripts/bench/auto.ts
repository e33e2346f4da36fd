/**
 * How well `auto` tells hard prompts from easy ones: the cost and the quality of its choices for a file of prompts with
 * each model's known correctness and cost, against choices at random, always the strong model and always the cheap one.
 *
 *     npx tsx scripts/bench/auto.ts [file.jsonl] [--models <cheapest,…,strongest>] [--half odd|even]
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { scanObject } from '../../server/dialects/json-scan.ts';
import { classify } from '../../server/routing/auto/classify.ts';
import { featuresOf } from '../../server/routing/auto/features.ts';
import { BOUNDARIES } from '../../server/routing/auto/tiers.ts';
import { TIERS } from '../../shared/contracts/routing.ts';
import { always, areaUnder, curves, type Judged, mean, type Point, placeOf, qualityAt } from './auto-curve.ts';

const SAMPLE = fileURLToPath(new URL('auto-sample.jsonl', import.meta.url));
const COST_SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { models: { type: 'string' }, half: { type: 'string' } },
});
const prompts = read(positionals[0] ?? SAMPLE, values.half);
report(prompts, values.models?.split(',') ?? byCost(prompts));

/** `odd` and `even` are lines of the file, the first one being odd. */
function read(file: string, half: string | undefined): Judged[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const chosen = half === undefined ? lines : lines.filter((_, at) => at % 2 === (half === 'even' ? 1 : 0));
  return chosen.map((line) => {
    const { prompt, models } = JSON.parse(line) as { prompt: string; models: Judged['models'] };
    const scan = scanObject(Buffer.from(JSON.stringify({ messages: [{ role: 'user', content: prompt }] })));
    return { score: classify(featuresOf(scan, scan)).score, models };
  });
}

/** Every model of the file, the cheapest first. */
function byCost(judged: readonly Judged[]): string[] {
  const cost = (model: string) => always(judged, model).costUsd;
  return Object.keys(judged[0]?.models ?? {}).sort((a, b) => cost(a) - cost(b));
}

function report(judged: readonly Judged[], models: readonly string[]): void {
  const boundaries = boundariesFor(models.length);
  const { auto, random } = curves(judged, models, boundaries);
  const strong = auto.at(-1)!;
  say(`${judged.length} prompts, ${models.length} models`, '');
  say('| always | correct | USD a prompt |', '|---|---|---|');
  for (const model of models) say(`| ${model} | ${row(always(judged, model))} |`);
  const places = judged.map(({ score }) => placeOf(score, boundaries, 0));
  say(`| auto, as it stands | ${row(mean(judged.map((one, at) => one.models[models[places[at]!]!]!)))} |`, '');

  say('| cost, of always the last | auto | models at random | first or last at random |', '|---|---|---|---|');
  for (const share of COST_SHARES) {
    const cost = share * strong.costUsd;
    if (cost < auto[0]!.costUsd) continue;
    const of = (points: readonly Point[]) => percent(qualityAt(points, cost) / strong.quality);
    say(`| ${percent(share)} | ${of(auto)} | ${of(random)} | ${of([auto[0]!, strong])} |`);
  }
  say(
    '',
    'The shares are of the quality of always the last model. Area under the curve, between the first and the last:',
  );
  say(
    `auto ${areaUnder(auto).toFixed(3)}, models at random ${areaUnder(random).toFixed(3)}, first or last at random 0.500.`,
  );
  say('', models.map((model, at) => `${model}: ${places.filter((place) => place === at).length} prompts`).join(', '));
}

/** The boundaries of the tiers, for as many models as there are tiers; for another number, spread evenly between them. */
function boundariesFor(count: number): number[] {
  const own = [BOUNDARIES.MEDIUM, BOUNDARIES.COMPLEX, BOUNDARIES.REASONING];
  if (count === TIERS.length) return own;
  const step = (own.at(-1)! - own[0]!) / count;
  return Array.from({ length: count - 1 }, (_, at) => own[0]! + step * (at + 1));
}

function row({ quality, costUsd }: Point): string {
  return `${percent(quality)} | ${costUsd.toFixed(6)}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function say(...lines: string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
