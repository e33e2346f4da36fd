/** Rounds in, a markdown table out. Ratios are taken round by round, so that what slows a whole round cancels out. */
const ROWS = [
  { label: 'JSON, 64 connections: requests/s', scenario: 'json-64', read: (cell) => cell.perSecond, digits: 0 },
  {
    label: 'JSON, 64 connections: CPU s per 1,000 requests',
    scenario: 'json-64',
    read: (cell) => cell.cpuPerThousand,
    digits: 3,
  },
  {
    label: 'JSON, 1 connection: added ms (p50)',
    scenario: 'json-1',
    read: (cell) => cell.total.p50,
    digits: 3,
    added: true,
  },
  { label: 'Streams, 64 connections: streams/s', scenario: 'stream-64', read: (cell) => cell.perSecond, digits: 0 },
  {
    label: 'Streams, 64 connections: CPU s per 1,000 streams',
    scenario: 'stream-64',
    read: (cell) => cell.cpuPerThousand,
    digits: 3,
  },
  {
    label: 'Streams, 1 connection: added ms to first byte (p50)',
    scenario: 'stream-1',
    read: (cell) => cell.firstByte.p50,
    digits: 3,
    added: true,
  },
  {
    label: '4 MiB body, 1 connection: added ms (p50)',
    scenario: 'large-1',
    read: (cell) => cell.total.p50,
    digits: 1,
    added: true,
  },
];

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const spread = (values, digits) =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;

function proxyRow(row, rounds) {
  const cells = rounds.map((round) => round.proxy?.[row.scenario]).filter(Boolean);
  if (cells.length === 0 || !cells[0].gateway) return undefined;
  const of = (name) => cells.map((cell) => row.read(cell[name]) - (row.added ? row.read(cell.direct) : 0));
  const [reference, gateway] = [of('reference'), of('gateway')];
  const ratios = gateway.map((value, index) => value / reference[index]);
  return `| ${row.label} | ${median(reference).toFixed(row.digits)} | ${median(gateway).toFixed(row.digits)} | ${spread(ratios, 2)} |`;
}

function cliRow(name, rounds) {
  const times = rounds.map((round) => round.cli[name]);
  const empty = rounds.map((round) => round.cli['node -e 0']);
  return `| \`gateway ${name}\` | ${median(empty).toFixed(0)} ms | ${median(times).toFixed(0)} ms | ${spread(
    times.map((ms, i) => ms / empty[i]),
    2,
  )} |`;
}

/** The tables of a run. */
export function markdown({ node, rounds }) {
  const lines = [
    `Node ${node}, ${rounds.length} rounds; median, and in brackets the lowest and the highest round.`,
    '',
  ];
  const proxy = ROWS.map((row) => proxyRow(row, rounds)).filter(Boolean);
  if (proxy.length > 0) {
    lines.push(
      '| proxy | bare passthrough | gateway | ratio |',
      '|---|---|---|---|',
      ...proxy,
      '',
      ...notes(rounds),
      '',
    );
  }
  const withCli = rounds.filter((round) => round.cli);
  if (withCli.length > 0) {
    const names = Object.keys(withCli[0].cli).filter((name) => name !== 'node -e 0');
    lines.push(
      '| command | `node -e 0` | gateway | ratio |',
      '|---|---|---|---|',
      ...names.map((name) => cliRow(name, withCli)),
      '',
    );
  }
  return lines.join('\n');
}

function notes(rounds) {
  const cells = rounds.flatMap((round) => Object.values(round.proxy ?? {}));
  const foreign = Math.max(...cells.flatMap((cell) => Object.values(cell).map((figures) => figures.foreignShare)));
  const memory = Math.max(...cells.map((cell) => cell.gateway?.peakMemoryMib ?? 0));
  const disturbed = `Others took up to ${(foreign * 100).toFixed(0)} % of the measured core during a measurement.`;
  return [memory > 0 ? `${disturbed} The gateway's memory peaked at ${memory.toFixed(0)} MiB.` : disturbed];
}
