const LONGEST_NAME = 64;
/** Beyond this share of the letters wrong, a suggestion is noise. */
const WORST = 0.55;

/** How many letters must be added, dropped or changed to get from one text to the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Uint16Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = new Uint16Array(to.length + 1);
    next[0] = i;
    for (let j = 1; j <= to.length; j++) {
      const change = row[j - 1]! + (from.charCodeAt(i - 1) === to.charCodeAt(j - 1) ? 0 : 1);
      next[j] = Math.min(change, row[j]! + 1, next[j - 1]! + 1);
    }
    row = next;
  }
  return row[to.length]!;
}

/** The share of letters that differ, less when one begins with the other: `gpt-4o` is near `gpt-4o-mini`. */
function difference(wanted: string, key: string): number {
  const longer = Math.max(wanted.length, key.length);
  if (longer === 0) return 1;
  const share = distance(wanted, key) / longer;
  const beginsAlike = key.startsWith(wanted) || wanted.startsWith(key);
  return beginsAlike ? share / 2 : share;
}

/**
 * The names most like one that was not found, best first, for the 404's message.
 * @param keys canonical spelling → the name to show.
 */
export function nearestNames(wanted: string, keys: ReadonlyMap<string, string>, limit: number): string[] {
  const short = wanted.slice(0, LONGEST_NAME);
  const scored = [...keys].map(([key, name]) => ({ name, score: difference(short, key) }));
  return scored
    .filter(({ score }) => score <= WORST)
    .sort((a, b) => a.score - b.score || a.name.localeCompare(b.name))
    .slice(0, limit)
    .map(({ name }) => name);
}
