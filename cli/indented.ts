import { wrap } from './line-breaks.ts';

/** A text in lines of at most so many columns, if no word is longer: the first behind `lead`, the others below it. */
export function indented(lead: string, text: string, width = 80): string {
  return wrap(text, width - lead.length)
    .map((line, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + line)
    .join('\n');
}
