/** What `gateway usage` shows to people: exact figures in a plain table through a pipe, charts at a terminal. */
import type { Reply } from '../../../shared/contracts/endpoint.ts';
import type { usageBreakdown } from '../../../shared/contracts/usage.ts';
import { lyingBar } from '../../chart/bars.ts';
import { columnChart } from '../../chart/columns.ts';
import { compact, counted, percent, shortUsd } from '../../chart/figures.ts';
import { cut, wrapped } from '../../chart/fit.ts';
import type { Paint } from '../../paint.ts';
import { table } from '../../table.ts';

type Used = Reply<typeof usageBreakdown>;
type Group = Used['groups'][number];

const WIDEST = 140;
const WIDEST_NAME = 40;
const CHART_ROWS = 8;
const MOST_SHARES = 8;

/** One breakdown. */
export async function usageText(used: Used, paint: Paint, width: number | undefined): Promise<string> {
  const total = totalLine(used, width);
  if (used.groups.every(isNothing)) return total;
  if (width === undefined) return `${await figures(used, paint)}\n\n${total}`;
  if (used.by === 'day' || used.by === 'hour') return [...timeLines(used, paint, width), '', total].join('\n');
  return `${await shares(used.by, used.groups, paint, width)}\n\n${total}`;
}

/** The default at a terminal: the total, spending over time, and the share of each model. */
export async function overviewText(byModel: Used, overTime: Used, paint: Paint, width: number): Promise<string> {
  const shown = [...byModel.groups];
  const rest = shown.splice(MOST_SHARES);
  if (rest.length > 0) shown.push(together(rest));
  const parts = [totalLine(byModel, width), '', ...timeLines(overTime, paint, width), ''];
  return [...parts, await shares('model', shown, paint, width)].join('\n');
}

/** `Last 30 days: 1,234 requests, 1.2M tokens in, 300k out, 12.34 USD.` */
function totalLine(used: Used, width: number | undefined): string {
  const exact = width === undefined;
  const { total_requests, total_tokens_in, total_tokens_out, total_cost_usd } = used;
  const count = exact ? String : compact;
  const usd = exact ? total_cost_usd : shortUsd(total_cost_usd);
  const requests = exact
    ? `${total_requests} request${total_requests === 1 ? '' : 's'}`
    : counted(total_requests, 'request');
  const line = `${spanText(used)}: ${requests}, ${count(total_tokens_in)} tokens in, ${count(total_tokens_out)} out, ${usd} USD.`;
  return exact ? line : wrapped(line, width);
}

/** The range in words. One that ends now is `Last …`. */
function spanText({ from, to, range_days }: Used): string {
  const endsAtMidnight = from.endsWith('T00:00:00.000Z') && to.endsWith('T00:00:00.000Z');
  if (endsAtMidnight) {
    const last = new Date(Date.parse(to) - 1).toISOString().slice(0, 10);
    return range_days === 1 ? last : `${from.slice(0, 10)} to ${last}`;
  }
  const hours = Math.round(range_days * 24);
  if (Math.abs(range_days * 24 - hours) > 0.01) return `${minute(from)} to ${minute(to)} UTC`;
  const [count, unit] = range_days === Math.round(range_days) ? [range_days, 'day'] : [hours, 'hour'];
  return `Last ${count} ${unit}${count === 1 ? '' : 's'}`;
}

function minute(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}

/** Every figure as it is, one group a line: for a pipe. */
function figures(used: Used, paint: Paint): Promise<string> {
  const columns = [
    { title: used.by },
    { title: 'requests', right: true },
    { title: 'tokens in', right: true },
    { title: 'tokens out', right: true },
    { title: 'USD', right: true },
  ];
  const rows = used.groups.map((group) => [
    group.name ?? group.group,
    String(group.total_requests),
    String(group.total_tokens_in),
    String(group.total_tokens_out),
    group.total_cost_usd,
  ]);
  return table(paint, undefined, columns, rows);
}

/** The share of each group as a bar; of the money, or of the requests where nothing cost any. */
function shares(by: string, groups: readonly Group[], paint: Paint, terminal: number): Promise<string> {
  const width = Math.min(terminal, WIDEST);
  const { of } = measure(groups);
  const whole = groups.reduce((sum, group) => sum + of(group), 0);
  const most = Math.max(...groups.map(of));
  const nameRoom = Math.min(WIDEST_NAME, Math.floor(width / 2) - 8);
  const barRoom = Math.max(8, Math.min(40, Math.floor(width / 4)));
  const rows = groups.map((group) => [
    cut(group.name ?? group.group, nameRoom),
    paint.cyan(lyingBar(most > 0 ? of(group) / most : 0, barRoom)),
    percent(of(group), whole),
    shortUsd(group.total_cost_usd),
    compact(group.total_requests),
    compact(group.total_tokens_in),
    compact(group.total_tokens_out),
  ]);
  const columns = [
    { title: by },
    { title: '', drop: 4 },
    { title: 'share', right: true },
    { title: 'USD', right: true },
    { title: 'requests', right: true, drop: 3 },
    { title: 'in', right: true, drop: 1 },
    { title: 'out', right: true, drop: 2 },
  ];
  return table(paint, width, columns, rows);
}

/** Spending by day or hour as standing bars; requests where nothing cost any. */
function timeLines(used: Used, paint: Paint, terminal: number): string[] {
  const { of, unit, show } = measure(used.groups);
  const points = used.groups.map((group) => ({
    label: used.by === 'hour' ? group.group.slice(11, 16) : group.group.slice(5),
    value: of(group),
  }));
  const peak = used.groups.reduce((most, group) => (of(group) > of(most) ? group : most));
  const when = used.by === 'hour' ? `${minute(peak.group)} UTC` : peak.group;
  const { lines, perBar } = columnChart({
    points,
    width: Math.min(terminal, WIDEST),
    height: CHART_ROWS,
    format: show,
    paint: (bars) => paint.cyan(bars),
  });
  const merged = perBar === 1 ? '' : `, ${perBar} ${used.by}s a bar`;
  return [
    `${paint.bold(`${unit} by ${used.by}`)}${paint.dim(`${merged}, most ${show(of(peak))} (${when})`)}`,
    ...lines,
  ];
}

interface Measure {
  unit: string;
  of: (group: Group) => number;
  show: (value: number) => string;
}

/** What bars are as long as. */
function measure(groups: readonly Group[]): Measure {
  return groups.some((group) => Number(group.total_cost_usd) > 0)
    ? { unit: 'USD', of: (group) => Number(group.total_cost_usd), show: shortUsd }
    : { unit: 'Requests', of: (group) => group.total_requests, show: compact };
}

/** The groups that are not shown one by one, as one. */
function together(groups: readonly Group[]): Group {
  const sum = (field: 'total_requests' | 'total_tokens_in' | 'total_tokens_out') =>
    groups.reduce((total, group) => total + group[field], 0);
  return {
    group: `${groups.length} more`,
    name: null,
    total_requests: sum('total_requests'),
    total_tokens_in: sum('total_tokens_in'),
    total_tokens_out: sum('total_tokens_out'),
    total_cost_usd: String(groups.reduce((total, group) => total + Number(group.total_cost_usd), 0)),
  };
}

function isNothing(group: Group): boolean {
  return group.total_requests === 0 && Number(group.total_cost_usd) === 0;
}
