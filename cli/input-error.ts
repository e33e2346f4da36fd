import type { z } from 'zod';
import { GatewayError } from '../shared/errors.ts';

/** What the library says by itself; our contracts' own messages never begin so. */
const LIBRARY_TEXT = /^(Invalid|Too |Unrecognized|Expected)/;

/** Which part of a call a field is in: what fills `{…}` in a path is an argument of the command, the rest are flags. */
export type Part = 'params' | 'query' | 'body';

/** The first thing that a contract finds wrong with an input, as `usage`, by the name that a person typed. */
export function inputError(error: z.ZodError, part: Part, flags: Record<string, string>): GatewayError {
  const issue = error.issues[0]!;
  const field = String(issue.path[0] ?? '');
  const name = field === '' ? undefined : part === 'params' ? `<${field}>` : flagOf(field, flags);
  const message = LIBRARY_TEXT.test(issue.message) ? inWords(issue) : issue.message;
  const told = inFlags(message, flags);
  const lead = name === undefined ? '' : /^(must|is|has|needs|takes) /.test(told) ? `${name} ` : `${name}: `;
  return new GatewayError('usage', `${lead}${told}.`, {
    param: name,
    cause: error,
  });
}

/** The flag that a field of the contract came from. */
export function flagOf(field: string, flags: Record<string, string>): string {
  return flags[field] ?? `--${field.replaceAll('_', '-')}`;
}

/** A contract's message with its field names as flags: those with an underscore, which no English word has. What is quoted is a value. */
export function inFlags(message: string, flags: Record<string, string>): string {
  return message.replace(/(?<!["'`\w])[a-z]+(?:_[a-z]+)+(?!["'`\w])/g, (field) => flagOf(field, flags));
}

function inWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'string'
        ? Number(issue.minimum) === 1
          ? 'must not be empty'
          : `must have at least ${issue.minimum} characters`
        : issue.origin === 'array'
          ? `needs at least ${issue.minimum} of them`
          : `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `must have at most ${issue.maximum} characters`
        : issue.origin === 'array'
          ? `takes at most ${issue.maximum} of them`
          : `must be at most ${issue.maximum}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'invalid_format':
      return issue.format === 'email' ? 'must be an e-mail address' : `is not a valid ${issue.format}`;
    case 'invalid_type':
      return `must be a ${issue.expected === 'int' ? 'whole number' : issue.expected}`;
    default:
      return 'is not what is expected here';
  }
}
