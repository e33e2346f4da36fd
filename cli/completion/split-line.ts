/** The words of a typed command line up to the cursor: quotes and backslashes as bash reads them, nothing expanded or run. */
export function splitLine(line: string): { before: string[]; current: string } {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    const inSingle = quote === "'";
    if (character === '\\' && !inSingle) word = (word ?? '') + (line[++at] ?? '');
    else if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  return { before: words, current: word ?? '' };
}
