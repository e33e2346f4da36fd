import type { ArrayNode, DocumentNode, MemberNode, ObjectNode, StringNode, ValueNode } from '@humanwhocodes/momoa';
import { mainEnding } from '../dotenv/scan.ts';
import type { JsonStyle } from './json-print.ts';
import { indentAt, type Span, startsLine } from './splice.ts';

export type Container = ObjectNode | ArrayNode;

/** The members or the items of a container, by their places. */
export function childrenOf(container: Container): Span[] {
  if (container.type === 'Object') return container.members.map(({ range }) => ({ start: range![0], end: range![1] }));
  // momoa gives an element itself no range
  return container.elements.map(({ value }) => ({ start: value.range![0], end: value.range![1] }));
}

/** How a text is written, with `near` looked at first: the object or list that something goes into. */
export function styleOf(text: string, document: DocumentNode, near: Container): JsonStyle {
  const containers = [near, ...walk(document.body)];
  const members = containers.flatMap((each) => (each.type === 'Object' ? each.members : []));
  const colon = members
    .map((member) => text.slice(member.name.range![1], member.value.range![0]))
    .find((gap) => /^[ \t]*:[ \t]*$/.test(gap));
  const names = near.type === 'Object' && near.members.length > 0 ? near.members : members;
  const strings = members
    .flatMap(({ name, value }) => [name, value])
    .filter((node): node is StringNode => node.type === 'String');
  return {
    unit: unitOf(text, containers) ?? '  ',
    eol: mainEnding(text),
    colon: colon ?? ': ',
    afterComma: spaceOf(text, containers) ?? (colon?.endsWith(':') ? '' : ' '),
    bareNames: most(names, ({ name }: MemberNode) => name.type === 'Identifier'),
    quote: most(strings, (node) => text[node.range![0]] === "'") ? "'" : '"',
    trailingComma: most(
      containers.filter((each) => childrenOf(each).some(({ start }) => startsLine(text, start))),
      (each) => endsWithComma(text, each),
    ),
    inline: !text.trim().includes('\n') && childrenOf(containers[1]!).length > 0,
  };
}

const most = <T>(all: readonly T[], holds: (each: T) => boolean) => all.filter(holds).length * 2 > all.length;

function* walk(value: ValueNode): Generator<Container> {
  if (value.type !== 'Object' && value.type !== 'Array') return;
  yield value;
  const children = value.type === 'Object' ? value.members : value.elements;
  for (const child of children) yield* walk(child.value);
}

/** How much deeper the first line of a container is than the line that it begins on. */
function unitOf(text: string, containers: readonly Container[]): string | undefined {
  for (const container of containers) {
    const first = childrenOf(container)[0];
    const [outer, inner] = [
      indentAt(text, container.range![0]),
      first && startsLine(text, first.start) && indentAt(text, first.start),
    ];
    if (inner && inner.length > outer.length && inner.startsWith(outer)) return inner.slice(outer.length);
  }
  return undefined;
}

/** The blanks behind a comma that is followed by something on its line. */
function spaceOf(text: string, containers: readonly Container[]): string | undefined {
  const gaps = containers.flatMap((container) => {
    const children = childrenOf(container);
    return children.slice(1).map(({ start }, index) => text.slice(children[index]!.end, start));
  });
  return gaps.find((gap) => /^,[ \t]*$/.test(gap))?.slice(1);
}

/** Whether a comma follows the last child; comments may hold one, which does little harm. */
function endsWithComma(text: string, container: Container): boolean {
  const last = childrenOf(container).at(-1);
  return last !== undefined && /^\s*,/.test(text.slice(last.end, container.range![1]));
}
