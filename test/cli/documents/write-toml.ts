import type { Dice, Members, Tree } from './tree.ts';

/** A tree as TOML that people have edited: sections, dotted names, inline tables, lists of tables, comments. */
export function writeToml(tree: Members, dice: Dice): string {
  if (dice.chance(0.03)) return '';
  if (dice.chance(0.03)) return `# ${dice.comment()}\n`;
  const comments = dice.pick([0, 0.2, 0.6]);
  const equals = dice.pick([' = ', ' = ', '=', '  =  ']);
  const indented = dice.chance(0.15) ? '  ' : '';
  const blank = dice.chance(0.8) ? '\n' : '';

  const endOfLine = () => (dice.chance(comments) ? ` # ${dice.comment()}` : '');
  const ownLine = (indent = '') =>
    dice.chance(comments) ? `${indent}# ${dice.comment()}\n` : dice.chance(0.1) ? '\n' : '';
  const quoted = (text: string) => (dice.chance(0.4) && !text.includes("'") ? `'${text}'` : JSON.stringify(text));
  const name = (text: string) => (/^[\w-]+$/.test(text) && dice.chance(0.95) ? text : quoted(text));
  const isTable = (node: Tree) =>
    node.kind === 'object' || (node.kind === 'list' && node.items.length > 0 && node.items[0]!.kind === 'object');

  function inline(node: Tree): string {
    if (node.kind === 'object')
      return `{ ${node.members.map(([key, child]) => `${name(key)} = ${inline(child)}`).join(', ')} }`;
    if (node.kind !== 'list') return node.kind === 'string' ? quoted(node.text) : node.text;
    if (node.items.length === 0 || dice.chance(0.6)) return `[${node.items.map(inline).join(', ')}]`;
    const last = node.items.length - 1;
    const lines = node.items.map(
      (item, index) =>
        `${ownLine('  ')}  ${inline(item)}${index < last || dice.chance(0.5) ? ',' : ''}${endOfLine()}\n`,
    );
    return `[\n${lines.join('')}]`;
  }

  /** The members of a table: those on lines first, then the sections. */
  function table(members: [string, Tree][], path: string[], depth: number, headed = true): string {
    const indent = indented.repeat(Math.max(0, depth - 1));
    const lines: string[] = [];
    const sections: (() => string)[] = [];
    for (const [key, child] of members) {
      const names = [...path, name(key)];
      const asLine = !isTable(child) || (headed && dice.chance(0.2));
      if (asLine) lines.push(`${ownLine(indent)}${indent}${name(key)}${equals}${inline(child)}${endOfLine()}\n`);
      else if (
        headed &&
        child.kind === 'object' &&
        child.members.length > 0 &&
        child.members.every(([, each]) => !isTable(each)) &&
        dice.chance(0.15)
      )
        lines.push(
          ...child.members.map(
            ([inner, each]) => `${indent}${name(key)}.${name(inner)}${equals}${inline(each)}${endOfLine()}\n`,
          ),
        );
      else sections.push(() => section(child, names, depth + 1));
    }
    return lines.join('') + sections.map((write) => write()).join('');
  }

  function section(node: Tree, names: string[], depth: number): string {
    const indent = indented.repeat(Math.max(0, depth - 1));
    if (node.kind === 'list')
      return node.items
        .map(
          (item) =>
            `${blank}${ownLine(indent)}${indent}[[${names.join('.')}]]${endOfLine()}\n${table((item as Members).members, names, depth)}`,
        )
        .join('');
    const { members } = node as Members;
    const onlySections = members.length > 0 && members.every(([, child]) => isTable(child) && child.kind === 'object');
    const header =
      onlySections && dice.chance(0.3) ? '' : `${blank}${ownLine(indent)}${indent}[${names.join('.')}]${endOfLine()}\n`;
    return header + table(members, names, depth, header !== '');
  }
  return ownLine() + table(tree.members, [], 0) + ownLine();
}
