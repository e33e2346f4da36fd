import { type AST, getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';
import { mainEnding } from '../dotenv/scan.ts';
import type { Place } from './data.ts';
import { faultAt } from './fault.ts';
import type { TomlStyle } from './toml-print.ts';

/** `name = value` outside of inline tables, with all names that lead to it. */
export interface Entry {
  place: Place;
  node: AST.TOMLKeyValue;
  /** The table that it stands in; undefined: before the first one. */
  table: AST.TOMLTable | undefined;
}

/** A text, taken apart. */
export interface TomlText {
  data: unknown;
  tables: AST.TOMLTable[];
  entries: Entry[];
}

export type Container = AST.TOMLArray | AST.TOMLInlineTable;

/** Throws `DocumentFault`. */
export function parseToml(text: string): TomlText {
  try {
    const program = parseTOML(text);
    const { body } = program.body[0];
    return {
      data: getStaticTOMLValue(program),
      tables: body.filter((node) => node.type === 'TOMLTable'),
      entries: body.flatMap((node): Entry[] =>
        node.type === 'TOMLTable'
          ? node.body.map((each) => ({ place: [...node.resolvedKey, ...namesOf(each)], node: each, table: node }))
          : [{ place: namesOf(node), node, table: undefined }],
      ),
    };
  } catch (error) {
    if (error instanceof ParseError) throw faultAt(text, error.index, error.message);
    throw error;
  }
}

export const namesOf = ({ key }: AST.TOMLKeyValue): string[] =>
  key.keys.map((name) => (name.type === 'TOMLBare' ? name.name : name.value));

/** True when a place is another one or lies within it. */
export const isWithin = (place: Place, outer: Place): boolean => outer.every((step, index) => place[index] === step);

/** Where the value of a member or an item stands within an inline table or a list. */
export interface Child {
  container: Container;
  index: number;
  value: AST.TOMLContentNode;
}

/** The items between the brackets of an inline value. */
export const itemsOf = (container: Container) => (container.type === 'TOMLArray' ? container.elements : container.body);

/** Follows names and numbers into an inline value. A rest is left where there is no more to follow. */
export function follow(
  value: AST.TOMLContentNode,
  place: Place,
): { child?: Child; value: AST.TOMLContentNode; rest: Place } {
  let found: Child | undefined;
  let rest = place;
  let node = value;
  while (rest.length > 0) {
    const next: (Child & { taken: number }) | undefined = step(node, rest);
    if (!next) break;
    found = next;
    node = next.value;
    rest = rest.slice(next.taken);
  }
  return { child: found, value: node, rest };
}

function step(node: AST.TOMLContentNode, place: Place): (Child & { taken: number }) | undefined {
  if (node.type === 'TOMLArray') {
    const value = node.elements[place[0] as number];
    return value && { container: node, index: place[0] as number, value, taken: 1 };
  }
  if (node.type !== 'TOMLInlineTable') return undefined;
  const index = node.body.findIndex((each) => isWithin(place, namesOf(each)));
  const member = node.body[index];
  return member && { container: node, index, value: member.value, taken: namesOf(member).length };
}

/** How a text is laid out. */
export function styleOf(text: string, { entries }: TomlText): TomlStyle {
  const gaps = entries.map(({ node }) => text.slice(node.key.range[1], node.value.range[0]));
  return { eol: mainEnding(text), equals: gaps.find((gap) => /^ ?= ?$/.test(gap)) ?? ' = ' };
}
