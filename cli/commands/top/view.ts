/** What `gateway top` draws: lines for a screen of a certain size. */
import { lyingBar, sparkline } from '../../chart/bars.ts';
import { compact, counted, percent, shortUsd, usdCell } from '../../chart/figures.ts';
import { cellsOf, cut, fill } from '../../chart/fit.ts';
import type { Paint } from '../../paint.ts';
import { serverClock } from '../../server-clock.ts';
import { followHead, followLine } from '../logs/line.ts';
import type { Snapshot } from './snapshot.ts';

export interface View {
  snapshot: Snapshot;
  server: string;
  /** Why the figures are old; undefined while they are fresh. */
  trouble?: string | undefined;
  /** The last line. */
  foot?: string;
}

export interface Size {
  columns: number;
  /** Undefined: as many as it takes. */
  rows: number | undefined;
}

const MODELS = 6;
const ERRORS = 4;
const FEWEST_REQUESTS = 3;
const UNBOUNDED_REQUESTS = 20;
const REQUESTS_HEAD = 2;
/** The column of a model's money: as wide as small amounts are in the figures above. */
const USD = 10;
/** The columns of a model's share, money and requests, and the gaps. */
const MODEL_FIGURES = 24 + USD;

/** The lines of a screen, at most as many as it has. What is least needed is left out first: errors, then models. */
export function draw(view: View, paint: Paint, { columns, rows }: Size): string[] {
  const { snapshot } = view;
  const top = [...headLines(view, paint, columns), '', ...figureLines(snapshot, paint, columns), ''];
  const foot = view.foot === undefined ? [] : ['', paint.dim(cut(view.foot, columns))];
  let models = modelLines(snapshot, paint, columns);
  let errors = errorLines(snapshot, paint, columns);
  const left = () =>
    rows === undefined
      ? UNBOUNDED_REQUESTS
      : rows - top.length - models.length - errors.length - foot.length - REQUESTS_HEAD;
  if (left() < FEWEST_REQUESTS) errors = [];
  if (left() < FEWEST_REQUESTS) models = [];
  const shown = snapshot.requests.slice(0, Math.max(0, left()));
  const lines = [
    ...top,
    ...models,
    paint.bold('Requests') + paint.dim(', newest first'),
    ...(shown.length > 0
      ? [followHead(paint, columns), ...shown.map((log) => followLine(log, paint, columns))]
      : [paint.dim('none yet')]),
    ...errors,
  ];
  if (rows === undefined) return [...lines, ...foot];
  const kept = lines.slice(0, Math.max(0, rows - foot.length));
  const blank = Array.from({ length: Math.max(0, rows - foot.length - kept.length) }, () => '');
  return [...kept, ...blank, ...foot].slice(0, rows);
}

/** Which server, as of when, and whether it answers. */
function headLines({ snapshot, server, trouble }: View, paint: Paint, columns: number): string[] {
  const state = trouble === undefined ? `live ${snapshot.at.slice(11, 19)} UTC` : 'reconnecting';
  const name = cut(`gateway top  ${server}`, Math.max(10, columns - state.length - 4));
  const gap = ' '.repeat(Math.max(2, columns - cellsOf(name) - state.length - 2));
  const mark = trouble === undefined ? paint.green('●') : paint.yellow('○');
  const first = `${paint.bold(name)}${gap}${mark} ${state}`;
  if (trouble === undefined) return [first];
  return [first, paint.yellow(cut(`as of ${snapshot.at.slice(11, 19)} UTC: ${trouble}`, columns))];
}

/** Balance, rates and the last day, in as few lines as the width allows. */
function figureLines({ balance_usd, rate, day, errors, at }: Snapshot, paint: Paint, columns: number): string[] {
  const since = new Date(serverClock(at, Date.now()) - rate.minutes * 60_000).toISOString();
  const failed = errors.filter(({ created_at }) => created_at >= since).length;
  const low = Number(balance_usd) <= 0 ? paint.red : paint.bold;
  const perMinute = rate.requests_per_minute;
  const facts = [
    `Balance ${low(`${balance_usd} USD`)}`,
    `Spending ${paint.bold(`${shortUsd(rate.usd_per_minute)} USD/min`)}, ${shortUsd(rate.usd_per_hour)} USD/h`,
    `Requests ${paint.bold(`${perMinute < 10 ? Number(perMinute.toFixed(1)) : compact(perMinute)}/min`)}`,
    `Errors ${(failed > 0 ? paint.red : paint.bold)(failed === errors.length && failed >= 50 ? `${failed}+` : String(failed))} in ${rate.minutes} min`,
  ];
  const tokens = `${compact(day.total_tokens_in)} in, ${compact(day.total_tokens_out)} out`;
  const spark = paint.cyan(
    sparkline(
      day.hours.map((hour) => Number(hour.total_cost_usd)),
      25,
    ),
  );
  const lastDay = [
    `24 h ${spark}`,
    `${shortUsd(day.total_cost_usd)} USD`,
    counted(day.total_requests, 'request'),
    tokens,
  ];
  return [...packed(facts, columns), ...packed(lastDay, columns)];
}

/** Parts side by side, as many a line as fit. */
function packed(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line !== undefined && cellsOf(line) + 3 + cellsOf(part) <= columns)
      lines[lines.length - 1] = `${line}   ${part}`;
    else lines.push(part);
  }
  return lines;
}

function modelLines({ day }: Snapshot, paint: Paint, columns: number): string[] {
  const models = day.models.slice(0, MODELS);
  if (models.length === 0) return [];
  const cost = (text: string) => Number(text);
  const most = Math.max(...models.map((model) => cost(model.total_cost_usd)));
  const room = columns - MODEL_FIGURES;
  const name = Math.min(40, Math.floor(room * 0.8));
  const bar = Math.min(40, room - name);
  const lines = models.map((model) => {
    const share = most > 0 ? cost(model.total_cost_usd) / most : 0;
    return [
      fill(model.group, name),
      paint.cyan(fill(lyingBar(share, bar), bar)),
      percent(cost(model.total_cost_usd), cost(day.total_cost_usd)).padStart(4),
      `${usdCell(model.total_cost_usd, USD)} USD`,
      `${compact(model.total_requests)} req`.padStart(8),
    ].join('  ');
  });
  return [paint.bold('Models') + paint.dim(', last 24 hours by spend'), ...lines, ''];
}

function errorLines({ errors }: Snapshot, paint: Paint, columns: number): string[] {
  if (errors.length === 0) return [];
  const lines = errors.slice(0, ERRORS).map((log) => {
    const when = log.created_at.slice(5, 16).replace('T', ' ');
    const what = cut(`${log.status_code} ${log.error_code}`, Math.floor(columns / 2));
    return `${paint.dim(when)}  ${paint.red(what)}  ${cut(log.model, Math.max(5, columns - when.length - what.length - 4))}`;
  });
  return ['', paint.bold('Errors') + paint.dim(', newest first'), ...lines];
}
