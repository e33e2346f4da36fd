import type { Dice } from './tree.ts';

/** An env file that people have edited. */
export function writeDotenv(dice: Dice): string {
  const comments = dice.pick([0, 0.3]);
  const endOfLine = () => (dice.chance(comments) ? ` # ${dice.comment()}` : '');
  const line = () => {
    if (dice.chance(comments)) return `# ${dice.comment()}`;
    if (dice.chance(0.1)) return '';
    const prefix = dice.pick(['', '', 'export ']);
    const value = dice.pick([
      `v${dice.number()}`,
      `"v${dice.number()} # x"`,
      `'v${dice.number()} ünï 😀'`,
      `'v${dice.number()}\nsecond'`,
      '',
    ]);
    return `${prefix}FOREIGN_${dice.number()}=${value}${endOfLine()}`;
  };
  const lines = Array.from({ length: dice.below(9) }, line);
  if (dice.chance(0.4))
    lines.splice(
      dice.below(lines.length + 1),
      0,
      `${dice.pick(['', 'export '])}GATEWAY_API_KEY${dice.pick(['=', ' = '])}${dice.pick(['old', '"old"', "'old'", ''])}${endOfLine()}`,
    );
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
