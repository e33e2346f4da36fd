/** What a configuration file can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A member by its name, or the item of a list whose member `where` says `is`. */
export type Step = string | { readonly where: string; readonly is: string };

/** From the root of a document to a value in it. */
export type Path = readonly Step[];

/** What stands at a path afterwards; undefined: nothing does. */
export interface Change {
  path: Path;
  value: Json | undefined;
}

/** Why a text could not be read, and where: both counted from 1. */
export class DocumentFault extends Error {
  readonly line: number;
  readonly column: number;
  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** A format of configuration files: read as the tools read it, and changed in place. */
export interface DocumentFormat {
  /** The data of a text; an empty text is an empty object. Throws `DocumentFault`. */
  read(text: string): unknown;
  /**
   * The text with one value set or taken out, and every other byte as it was: comments, order, quotes, indentation, line
   * endings, a byte order mark, a missing last line ending. Objects and lists that are missing on the way are made; a
   * value on the way that is neither is a `DocumentFault`. The text must be one that `read` takes.
   */
  edit(text: string, change: Change): string;
}
