import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';

/** The fields of `--field`, and those whose value came from a file: it may be a secret, so no preview shows it. */
export interface Fields {
  values: Record<string, unknown>;
  fromFiles: ReadonlySet<string>;
}

/** `name=text`, `name=@file` (the file's text) and `name:=json` (a number, true, null, a list …), in their order. */
export function parseFields(context: Context, given: readonly string[]): Fields {
  const values: Record<string, unknown> = {};
  const fromFiles = new Set<string>();
  for (const field of given) {
    const [, name, json, text = ''] = /^([^=:]+?)(:?)=(.*)$/s.exec(field) ?? [];
    if (name === undefined)
      throw wrong(`"${field.split(/[=:]/)[0]}" has no value`, 'Write name=text, name:=json or name=@file.');
    if (Object.hasOwn(values, name)) throw wrong(`"${name}" is given twice`, 'Give a list as name:=[1,2].');
    if (!json && text.startsWith('@')) fromFiles.add(name);
    Object.defineProperty(values, name, {
      value: json ? parsed(name, text) : text.startsWith('@') ? fileText(context, name, text.slice(1)) : text,
      enumerable: true,
    });
  }
  return { values, fromFiles };
}

/** The values with those from files hidden. */
export function shownFields({ values, fromFiles }: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fromFiles.has(name) ? '…' : value]));
}

/** The values as a query: what is not text goes as JSON. */
export function queryOf({ values }: Fields): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    query.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  return query.toString();
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong(`the value of "${name}" is not JSON`, `Write ${name}=… for text; JSON text has quotes.`);
  }
}

function fileText(context: Context, name: string, path: string): string {
  try {
    return readFileSync(resolve(context.cwd, path), 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new GatewayError('file_error', `The file of "${name}", ${path}, cannot be read (${code}).`, {
      param: '--field',
      cause,
    });
  }
}

function wrong(what: string, hint: string): GatewayError {
  return new GatewayError('usage', `--field: ${what}.`, { param: '--field', hint });
}
