import type { Command } from 'commander';
import { GatewayError } from '../shared/errors.ts';

/**
 * The flags of a command whose noun runs too: the parser gives a flag that both have to the noun, wherever it stands.
 * Throws `usage` for a flag of the noun's that this command does not have, which would else be dropped in silence.
 * @param own what the parser gave the command itself.
 */
export function mergedOptions<T extends object>(own: T, command: Command): T {
  const noun = command.parent;
  if (!noun?.parent) return own;
  const known = new Set(command.options.map((option) => option.attributeName()));
  const given = noun.options.filter((option) => noun.getOptionValueSource(option.attributeName()) === 'cli');
  const stray = given.find((option) => !known.has(option.attributeName()));
  if (stray) {
    const flag = stray.long ?? stray.flags;
    const path = `gateway ${noun.name()} ${command.name()}`;
    throw new GatewayError('usage', `${path} has no flag ${flag}.`, {
      param: flag,
      hint: `Run \`${path} --help\` to see what it takes.`,
      next: [{ command: `${path} --help`, when: 'to see what it takes' }],
    });
  }
  const fromNoun = given.map((option) => [option.attributeName(), noun.getOptionValue(option.attributeName())]);
  return { ...own, ...Object.fromEntries(fromNoun) };
}
