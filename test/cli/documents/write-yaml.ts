import type { Dice, Members, Scalar, Tree } from './tree.ts';

/** A tree as YAML that people have edited: blocks and flows, all kinds of scalars, comments. */
export function writeYaml(tree: Members, dice: Dice): string {
  if (dice.chance(0.03)) return '';
  if (dice.chance(0.03)) return `# ${dice.comment()}\n\n# ${dice.comment()}\n`;
  const unit = dice.pick(['  ', '  ', '    ', '   ']);
  const toDash = dice.pick(['', '  ', unit]);
  const comments = dice.pick([0, 0.2, 0.6]);
  const flows = dice.pick([0, 0.3]);

  const endOfLine = () =>
    dice.chance(comments) ? `${dice.pick([' ', '   ', '\t'])}# ${dice.comment()}` : dice.pick(['', '', '', '  ']);
  const ownLine = (indent: string) => {
    if (dice.chance(comments)) return `${dice.pick([indent, indent, ''])}# ${dice.comment()}\n`;
    return dice.chance(0.1) ? '\n' : '';
  };
  const quoted = (text: string) =>
    dice.chance(0.5) && !/[\n]/.test(text) ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text);
  const plain = (text: string) => (/^[\w. ünï😀-]+$/u.test(text) && dice.chance(0.7) ? text : quoted(text));
  const name = (text: string) => (/^[\w$.-]+$/.test(text) && text !== 'n' && text !== 'on' ? text : quoted(text));
  const flat = (node: Tree): string => {
    if (node.kind === 'object')
      return `{${node.members.map(([key, child]) => `${name(key)}: ${flat(child)}`).join(', ')}}`;
    if (node.kind === 'list') return `[${node.items.map(flat).join(', ')}]`;
    return node.kind === 'string' ? quoted(node.text) : node.text;
  };

  function scalar(node: Scalar, indent: string): string {
    if (node.kind !== 'string') return `${node.text}${endOfLine()}\n`;
    if (dice.chance(0.08))
      return `|\n${indent}${unit}${node.text}\n\n${indent}${unit}second line\n${dice.pick(['', '\n'])}`;
    if (dice.chance(0.05)) return `>-\n${indent}${unit}${node.text}\n${indent}${unit}goes on\n`;
    return `${dice.chance(0.05) ? `&a${dice.number()} ` : ''}${plain(node.text)}${endOfLine()}\n`;
  }

  /** What follows a name or a dash, its line ending included. */
  function below(node: Tree, indent: string): string {
    if (node.kind !== 'object' && node.kind !== 'list') return ` ${scalar(node, indent)}`;
    const length = node.kind === 'object' ? node.members.length : node.items.length;
    if (length === 0)
      return dice.chance(0.4) && node.kind === 'object' ? `${endOfLine()}\n` : ` ${flat(node)}${endOfLine()}\n`;
    if (dice.chance(flows)) return ` ${flat(node)}${endOfLine()}\n`;
    if (node.kind === 'list') return `${endOfLine()}\n${list(node.items, indent + toDash)}`;
    return `${endOfLine()}\n${members(node.members, indent + unit)}`;
  }

  const list = (items: Tree[], indent: string): string =>
    items
      .map((item) => {
        const before = `${ownLine(indent)}${indent}-`;
        if (item.kind !== 'object' || item.members.length === 0 || dice.chance(flows)) return before + oneLine(item);
        const lines = members(item.members, `${indent}  `, false);
        return `${before} ${lines.slice(indent.length + 2)}`;
      })
      .join('');

  const oneLine = (node: Tree) => ` ${flat(node)}${endOfLine()}\n`;

  function members(all: [string, Tree][], indent: string, commented = true): string {
    return all
      .map(
        ([key, child], index) =>
          `${commented || index > 0 ? ownLine(indent) : ''}${indent}${name(key)}:${below(child, indent)}`,
      )
      .join('');
  }
  const start = dice.chance(0.1) ? `---${dice.pick(['', ' # start'])}\n` : '';
  if (tree.members.length === 0) return dice.chance(0.5) ? `${start}${ownLine('')}` : `${start}{}\n`;
  return start + ownLine('') + (dice.chance(0.04) ? `${flat(tree)}\n` : members(tree.members, '')) + ownLine('');
}
