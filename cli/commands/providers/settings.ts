import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GatewayError } from '../../../shared/errors.ts';
import type { Context } from '../../context.ts';

interface SettingOptions {
  region?: string;
  setting?: string[];
  settingEnv?: string[];
}

/** Settings whose values are secrets: they are read from a file or a variable. */
const SECRET = /secret|token|password|json$/;

/** A flag that may be given several times. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** The settings of all flags, by name. */
export function settingsFrom(context: Context, { region, setting = [], settingEnv = [] }: SettingOptions) {
  const found: Record<string, string> = region === undefined ? {} : { region };
  for (const [name, value] of setting.map((text) => pairOf(text, '--setting'))) {
    if (SECRET.test(name) && !value.startsWith('@')) throw shownSecret(name);
    found[name] = value.startsWith('@') ? fromFile(context, value.slice(1)) : value;
  }
  for (const [name, variable] of settingEnv.map((text) => pairOf(text, '--setting-env'))) {
    const value = context.env[variable];
    if (!value) {
      throw new GatewayError('input_required', `The environment variable ${variable} is not set.`, {
        param: '--setting-env',
      });
    }
    found[name] = value;
  }
  return found;
}

function pairOf(text: string, flag: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) return [text.slice(0, at).toLowerCase().replaceAll('-', '_'), text.slice(at + 1)];
  throw new GatewayError('usage', `${flag} takes a name and a value, such as ${flag} region=us; not "${text}".`, {
    param: flag,
  });
}

function shownSecret(name: string): GatewayError {
  return new GatewayError('usage', `--setting does not take a secret such as ${name} as its value.`, {
    param: '--setting',
    hint: `Give it with \`--setting-env ${name}=VARIABLE\`, or from a file with \`--setting ${name}=@path\`.`,
  });
}

function fromFile(context: Context, path: string): string {
  try {
    return readFileSync(resolve(context.cwd, path), 'utf8').trim();
  } catch (cause) {
    throw new GatewayError('file_error', `${path} cannot be read (${(cause as NodeJS.ErrnoException).code}).`, {
      cause,
      param: '--setting',
    });
  }
}
