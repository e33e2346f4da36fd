import { type Dice, type Members, OBSOLETE, type Tree } from './tree.ts';

type Mode = 'json' | 'jsonc' | 'json5';

/** A tree as JSON that people have edited: comments wherever there may be one, lists on a line and not. */
export function writeJson(tree: Members, dice: Dice, mode: Mode): string {
  if (dice.chance(0.04)) return '';
  const unit = dice.pick(['  ', '    ', '\t', '   ']);
  const comments = mode === 'json' ? 0 : dice.pick([0, 0.2, 0.6]);
  const trailing = mode !== 'json' && dice.chance(0.4);
  const colon = dice.pick([': ', ': ', ':', ' : ']);
  const oneLine = dice.chance(0.08);
  const single = mode === 'json5' && dice.chance(0.5);
  const bare = mode === 'json5' && dice.chance(0.6);

  const inline = () => (dice.chance(comments) ? ` /* ${dice.comment()} */ ` : '');
  const endOfLine = () => (dice.chance(comments) ? ` // ${dice.comment()}` : '');
  const ownLine = (indent: string) => {
    if (!dice.chance(comments)) return dice.chance(0.05) && !oneLine ? '\n' : '';
    return dice.chance(0.5)
      ? `${indent}// ${dice.comment()}\n`
      : `${indent}/* ${dice.comment()}\n${indent}   ${dice.comment()} */\n`;
  };
  const quoted = (text: string) => {
    if (!single) return JSON.stringify(text);
    return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  };
  const name = (text: string) => (bare && /^[a-z$]\w*$/i.test(text) ? text : quoted(text));

  function children(
    node: Tree,
  ): { open: string; close: string; parts: ((indent: string, flat: boolean) => string)[] } | undefined {
    if (node.kind === 'list')
      return { open: '[', close: ']', parts: node.items.map((item) => (indent, flat) => write(item, indent, flat)) };
    if (node.kind !== 'object') return undefined;
    const parts = node.members.map(
      ([key, child]) =>
        (indent: string, flat: boolean) =>
          name(key) + colon + (OBSOLETE.includes(key) ? '' : inline()) + write(child, indent, flat),
    );
    return { open: '{', close: '}', parts };
  }

  function write(node: Tree, indent: string, flat: boolean): string {
    const found = children(node);
    if (!found) return node.kind === 'string' ? quoted(node.text) : (node as { text: string }).text;
    const { open, close, parts } = found;
    if (flat || (indent !== '' && dice.chance(0.2))) {
      const padding = dice.pick(['', ' ']);
      const last = trailing && parts.length > 0 && dice.chance(0.2) ? ',' : '';
      return (
        open + padding + parts.map((part) => part(indent, true) + inline()).join(`,${padding}`) + last + padding + close
      );
    }
    if (parts.length === 0)
      return dice.chance(0.5) ? open + inline() + close : `${open}\n${ownLine(indent + unit)}${indent}${close}`;
    const odd = dice.chance(0.05) ? ' ' : '';
    const lines = parts.map((part, index) => {
      const comma = index < parts.length - 1 || trailing ? ',' : '';
      return `${ownLine(indent + unit)}${indent}${unit}${odd}${part(indent + unit, false)}${inline()}${comma}${endOfLine()}\n`;
    });
    return `${open}${endOfLine()}\n${lines.join('')}${ownLine(indent + unit)}${indent}${close}`;
  }
  if (oneLine) return write(tree, '', true);
  return (
    ownLine('') +
    (mode !== 'json' && dice.chance(0.03) ? `// ${dice.comment()}\n` : `${write(tree, '', false)}\n${ownLine('')}`)
  );
}
