/** The name that a mistyped word most likely meant; undefined when none is near. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const ranked = names.map((name) => ({ name, steps: distance(word, name) })).sort((a, b) => a.steps - b.steps);
  const [best] = ranked;
  return best && best.steps <= Math.max(1, Math.floor(best.name.length * 0.4)) ? best.name : undefined;
}

/** What to say of a word that is none of these names: the nearest, and all there are. */
export function choiceHint(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  return `${near ? `Did you mean ${near}? ` : ''}There are: ${names.join(', ')}.`;
}

/** Steps from one word to another: a letter more, less or another one, or two neighbours swapped. One row at a time. */
function distance(from: string, to: string): number {
  let above: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const isSwap = i > 0 && j > 0 && from[i] === to[j - 1] && from[i - 1] === to[j];
      const swapped = isSwap ? above[j - 1]! + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (from[i] === to[j] ? 0 : 1), swapped));
    }
    above = row;
    row = next;
  }
  return row.at(-1)!;
}
