import { readFile } from 'node:fs/promises';

/** A command that prints the key: it needs no gateway, only the file. */
export function printsKey(keyFile: string, platform: NodeJS.Platform): string {
  return platform === 'win32' ? `type "${keyFile}"` : `cat '${keyFile.replaceAll("'", `'\\''`)}'`;
}

/** What such a command prints; undefined for any other command, as that is not ours to run. */
export async function printedKey(command: string): Promise<string | undefined> {
  const file =
    /^cat '((?:[^']|'\\'')+)'$/.exec(command)?.[1]?.replaceAll(`'\\''`, "'") ?? /^type "([^"]+)"$/.exec(command)?.[1];
  return file === undefined ? undefined : keyIn(file);
}

/** The key in a file that holds nothing else; undefined where there is no such file. */
export async function keyIn(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text?.trim() || undefined;
}
