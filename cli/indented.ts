/** A text in lines of at most so many columns, if no word is longer: the first behind `lead`, the others below it. */
export function indented(lead: string, text: string, width = 80): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && lead.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((each, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + each).join('\n');
}
