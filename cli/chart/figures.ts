/** Figures as people read them. Only for the eye: here, and only here, money may be a float. */

const UNITS = ['', 'k', 'M', 'B', 'T'] as const;

/** `999`, `1.2k`, `35k`, `1.2M`: a count in at most four characters and its unit. */
export function compact(count: number): string {
  let scaled = Math.abs(count);
  let unit = 0;
  while (scaled >= 999.5 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit++;
  }
  if (unit === 0) return String(Math.round(count));
  const digits = scaled < 9.95 ? scaled.toFixed(1).replace(/\.0$/, '') : scaled.toFixed(0);
  return `${count < 0 ? '-' : ''}${digits}${UNITS[unit]}`;
}

/** `1234567` as `1,234,567`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** `12.3456` as `12.35`, `0.0123456` as `0.0123`: cents, or three digits where cents would say too little. */
export function shortUsd(amount: string | number): string {
  const value = Number(amount);
  if (!Number.isFinite(value)) return String(amount);
  const size = Math.abs(value);
  if (size === 0) return '0.00';
  if (size >= 0.995) return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const places = Math.min(9, Math.max(2, 2 - Math.floor(Math.log10(size))));
  return value.toFixed(places).replace(/(\.\d\d\d*?)0+$/, '$1');
}

/** `shortUsd` in a column: flush right, and in short where it is longer than the column. What is there is never 0. */
export function usdCell(amount: string, cells: number): string {
  const text = shortUsd(amount);
  if (text.length <= cells) return text.padStart(cells);
  const value = Number(amount);
  return (Math.abs(value) < 0.995 ? rounded(value, cells) : compact(value)).padStart(cells);
}

/** `0.000022`, or `<0.00001` where that would be nothing. */
function rounded(value: number, cells: number): string {
  const places = cells - (value < 0 ? 3 : 2);
  const text = value.toFixed(places);
  return Number(text) === 0 ? `<${(10 ** (1 - places)).toFixed(places - 1)}` : text;
}

/** A part of a whole: `62%`, `<1%`. */
export function percent(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0%';
  const value = (part / whole) * 100;
  return value < 1 ? '<1%' : `${Math.round(value)}%`;
}

/** `1 request`, `1,234 requests`. */
export function counted(count: number, one: string): string {
  return `${grouped(count)} ${one}${count === 1 ? '' : 's'}`;
}
