import type { Variables } from './variables.ts';

const LINE = {
  dotenv: (name: string, value: string) => `${name}=${value}`,
  export: (name: string, value: string) => `export ${name}=${value}`,
  fish: (name: string, value: string) => `set -gx ${name} ${value}`,
  powershell: (name: string, value: string) => `$env:${name} = '${value}'`,
  /** What GitHub Actions reads from the file named by $GITHUB_ENV. */
  github: (name: string, value: string) => `${name}=${value}`,
} as const;

/** What `gateway env --format` takes; `json` is what `--json` prints. */
export const FORMATS = ['dotenv', 'export', 'fish', 'powershell', 'github', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** The variables as text of a format, one line each, with a final newline. Values need no quotes (`variablesFor` saw to it). */
export function formatVariables(variables: Variables, format: Exclude<Format, 'json'>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${LINE[format](name, value)}\n`)
    .join('');
}
