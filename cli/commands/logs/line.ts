/** A request on one line, in columns that fit the terminal and stay where they are from line to line. */
import { compact, usdCell } from '../../chart/figures.ts';
import { cut, fill } from '../../chart/fit.ts';
import type { Paint } from '../../paint.ts';
import type { Log } from './follow.ts';

interface Layout {
  model: number;
  tokens: boolean;
  key: boolean;
  id: boolean;
}

const TIME = 8;
const STATUS = 4;
const TOKENS = 5;
const USD = 10;
const TOOK = 7;
const KEY = 14;
const ID = 30;
const GAP = '  ';
const LONGEST_MODEL = 40;

/** What there is room for: the model gets what the others leave. */
function layoutFor(width: number): Layout {
  const tokens = width >= 74;
  const key = width >= 96;
  const id = width >= 130;
  const others = [
    TIME,
    STATUS,
    USD,
    TOOK,
    ...(tokens ? [TOKENS, TOKENS] : []),
    ...(key ? [KEY] : []),
    ...(id ? [ID] : []),
  ];
  const taken = others.reduce((sum, cells) => sum + cells + GAP.length, 0);
  return { model: Math.max(10, Math.min(LONGEST_MODEL, width - taken)), tokens, key, id };
}

/** The head of the lines. */
export function followHead(paint: Paint, width: number): string {
  const { model, tokens, key, id } = layoutFor(width);
  const cells = [
    fill('time UTC', TIME),
    fill('code', STATUS),
    fill('model', model),
    ...(tokens ? ['in'.padStart(TOKENS), 'out'.padStart(TOKENS)] : []),
    'USD'.padStart(USD),
    'took'.padStart(TOOK),
    ...(key ? [fill('key', KEY)] : []),
    ...(id ? ['request'] : []),
  ];
  return paint.bold(cells.join(GAP).trimEnd());
}

/** @param width the terminal's columns; undefined, for a pipe: everything, exact. */
export function followLine(log: Log, paint: Paint, width: number | undefined): string {
  const failed = log.error_code !== null;
  if (width === undefined) {
    const code = failed ? `${log.status_code} ${log.error_code}` : String(log.status_code);
    const outcome = `${code}${log.retried_by ? ', retried' : ''}${log.cache_hit ? ', cached' : ''}`;
    const tokens = `${log.tokens_in} in, ${log.tokens_out} out`;
    return [log.created_at, outcome, log.model, tokens, `${log.cost_usd} USD`, `${log.latency_ms} ms`, log.id].join(
      GAP,
    );
  }
  const { model, tokens, key, id } = layoutFor(width);
  const colour = log.retried_by ? paint.yellow : failed ? paint.red : paint.green;
  const figures = [
    ...(tokens ? [compact(log.tokens_in).padStart(TOKENS), compact(log.tokens_out).padStart(TOKENS)] : []),
    usdCell(log.cost_usd, USD),
  ].join(GAP);
  // what failed has little to count: there is room to say why
  const said = log.cache_hit ? 'cached' : log.retried_by ? 'retried' : log.error_code;
  const middle = said && Number(log.cost_usd) === 0 ? colour(fill(said, figures.length)) : figures;
  const cells = [
    paint.dim(log.created_at.slice(11, 19)),
    colour(fill(String(log.status_code), STATUS)),
    fill(log.model, model),
    middle,
    duration(log.latency_ms).padStart(TOOK),
    ...(key ? [fill(log.key_name ?? '', KEY)] : []),
    ...(id ? [paint.dim(cut(log.id, ID))] : []),
  ];
  return cells.join(GAP).trimEnd();
}

/** `120 ms`, `4.2 s`, `2m 05s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s`;
}
