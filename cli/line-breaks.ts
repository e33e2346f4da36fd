/** Cells of a terminal, near enough: East Asian wide characters and emoji take two. */
export function columnsOf(text: string): number {
  let cells = 0;
  for (const character of text)
    cells +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
        character,
      )
        ? 2
        : 1;
  return cells;
}

/** Lines of at most so many columns, broken at spaces; a longer word stays whole, as somebody may copy it. */
export function wrap(text: string, width: number): string[] {
  if (columnsOf(text) <= width) return [text];
  const indent = /^ */.exec(text)![0];
  const lines: string[] = [];
  for (const word of text.slice(indent.length).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && columnsOf(last) + 1 + columnsOf(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(indent + word);
  }
  return lines;
}

/** The same for a text of several lines; as it is where there is no terminal. */
export function wrapLines(text: string, width: number | undefined): string {
  if (width === undefined) return text;
  return text
    .split('\n')
    .flatMap((line) => wrap(line, width))
    .join('\n');
}
