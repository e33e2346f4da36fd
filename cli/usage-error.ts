import type { Command, CommanderError } from 'commander';
import { GatewayError } from '../shared/errors.ts';
import { nearest } from './nearest.ts';

/** A parser error as ours: what is wrong, the nearest name that exists, and where to read on. */
export function usageError(
  error: CommanderError,
  program: Command,
  words: readonly string[],
  help: string,
): GatewayError {
  const called = deepest(program, words);
  const path = pathOf(called);
  const next = [{ command: `${path} --help`, when: 'to see what it takes' }];
  if (error.code === 'commander.help') {
    const names = called.commands.map((child) => child.name());
    return new GatewayError('usage', `${path} needs a command: ${names.join(', ')}.`, {
      cause: help,
      hint: `Run \`${path} --help\` to see what each does.`,
      next,
    });
  }
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = /^\(Did you mean (.+)\?\)$/.exec(rest.join(' ').trim())?.[1] ?? nearChild(error, called, words);
  const message = sentence(first);
  return new GatewayError('usage', message, {
    param: /'([^']+)'/.exec(first)?.[1]?.split(/[\s,=]/)[0],
    hint: suggestion
      ? `Did you mean ${suggestion}? Run \`${path} --help\` to see what it takes.`
      : `Run \`${path} --help\` to see what it takes.`,
    next,
  });
}

/** `gateway env wirte`: a command with an action of its own and commands below takes the slip for an argument. */
function nearChild(error: CommanderError, called: Command, words: readonly string[]): string | undefined {
  if (error.code !== 'commander.excessArguments' || called.commands.length === 0) return undefined;
  const word = words[pathOf(called).split(' ').length - 1] ?? '';
  const names = called.commands.flatMap((child) => [child.name(), ...child.aliases()]);
  return nearest(word, names);
}

/** The leading words that name a command. */
export function commandWords(program: Command, words: readonly string[]): string[] {
  return pathOf(deepest(program, words)).split(' ').slice(1);
}

function deepest(program: Command, words: readonly string[]): Command {
  const child = program.commands.find((each) => each.name() === words[0] || each.aliases().includes(words[0] ?? ''));
  return child ? deepest(child, words.slice(1)) : program;
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function sentence(text: string): string {
  const clean = text.trim().replace(/\.$/, '');
  return `${clean.charAt(0).toUpperCase()}${clean.slice(1)}.`;
}
