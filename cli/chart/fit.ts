import { stripVTControlCharacters } from 'node:util';
import { columnsOf } from '../line-breaks.ts';

/** The cells that a text takes, colours not counted. */
export function cellsOf(text: string): number {
  return columnsOf(stripVTControlCharacters(text));
}

/** The text in at most so many cells; what is cut ends with `…`. Only for text without colours. */
export function cut(text: string, cells: number): string {
  if (columnsOf(text) <= cells) return text;
  let kept = '';
  let taken = 1;
  for (const character of text) {
    taken += columnsOf(character);
    if (taken > cells) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The text in exactly so many cells, cut or padded. Only for text without colours. */
export function fill(text: string, cells: number): string {
  const kept = cut(text, cells);
  return kept + ' '.repeat(Math.max(0, cells - columnsOf(kept)));
}

/** The text in lines of at most so many cells, broken between words. */
export function wrapped(text: string, cells: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && cellsOf(line) + 1 + cellsOf(word) <= cells) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
