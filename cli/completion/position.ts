import type { Command, Option } from 'commander';

/** What stands at the cursor of a command line. */
export interface Position {
  command: Command;
  /** The flag whose value is typed. */
  option: Option | undefined;
  /** What stands before the value in the same word: `--by=`. */
  prefix: string;
  /** The value, flag or word as far as it is typed. */
  typed: string;
  /** The arguments that stand before. */
  arguments: readonly string[];
  /** How many words stand behind `--`; undefined: there is none. */
  passedOn: number | undefined;
  /** The long flags that are given already. */
  given: ReadonlySet<string>;
}

/** Reads the words before the cursor as commander would; unknown flags are taken to have no value. */
export function positionOf(program: Command, before: readonly string[], current: string): Position {
  let command = program;
  const args: string[] = [];
  let passedOn: number | undefined;
  let waiting: Option | undefined;
  const given = new Set<string>();
  for (const word of before) {
    if (passedOn !== undefined) passedOn++;
    else if (waiting) waiting = undefined;
    else if (word === '--') passedOn = 0;
    else if (word.startsWith('-') && word !== '-') {
      const option = findOption(command, word);
      if (option?.long) given.add(option.long);
      if (option?.required && !word.includes('=')) waiting = option;
    } else {
      const child = args.length === 0 ? childOf(command, word) : undefined;
      if (child) command = child;
      else args.push(word);
    }
  }
  const at = { command, arguments: args, passedOn, given };
  const equals = current.indexOf('=');
  if (waiting || passedOn !== undefined || !current.startsWith('-') || equals < 0)
    return { ...at, option: waiting, prefix: '', typed: current };
  return {
    ...at,
    option: findOption(command, current),
    prefix: current.slice(0, equals + 1),
    typed: current.slice(equals + 1),
  };
}

function childOf(command: Command, word: string): Command | undefined {
  return command.commands.find((each) => each.name() === word || each.aliases().includes(word));
}

/** A flag of the command or of those above it, whose flags hold below too. */
function findOption(command: Command, word: string): Option | undefined {
  const name = word.split('=', 1)[0]!;
  for (let at: Command | null = command; at; at = at.parent) {
    const found = at.options.find((option) => option.long === name || option.short === name);
    if (found) return found;
  }
  return undefined;
}
