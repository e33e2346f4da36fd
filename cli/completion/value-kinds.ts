import type { Argument, Command, Option } from 'commander';
import { RATE_LIMIT_EXAMPLES } from '../rate-limits.ts';
import { ROUTING_GROUPS, ROUTING_KEYS } from '../routing-keys.ts';

/** What a value names: a list that is always the same, something the server or a file knows, or a file. */
export type Kind =
  | readonly string[]
  | LiveKind
  | ListKind
  | 'profile'
  | 'command'
  | 'preference'
  | 'topic'
  | 'tool'
  | 'agent'
  | 'source'
  | 'file';

/** What only the server knows. */
export type LiveKind = 'key' | 'model' | 'project' | 'organization' | 'member' | 'request';

/** Several models or providers, separated by commas. */
type ListKind = 'models' | 'providers';

const PERIODS = ['12h', '1d', '1w', '2w', '1mo'];
const SDKS = ['openai', 'anthropic', 'gemini', 'gateway'];

/** By what the value is called, whatever the flag. */
const VALUES: Readonly<Record<string, Kind>> = { '<source>': 'source', '<file>': 'file', '<folder>': 'file' };

/** By flag; with `value`, only where the value is called so. Flags with choices of their own need no row. */
const FLAGS: readonly { flag: string; value?: string; kind: Kind }[] = [
  { flag: '--profile', kind: 'profile' },
  { flag: '--key', kind: 'key' },
  { flag: '--parent', kind: 'key' },
  { flag: '--model', kind: 'model' },
  { flag: '--models', kind: 'models' },
  { flag: '--allow-models', kind: 'models' },
  { flag: '--deny-models', kind: 'models' },
  { flag: '--provider', value: '<name>', kind: 'providers' },
  { flag: '--allow-providers', kind: 'providers' },
  { flag: '--deny-providers', kind: 'providers' },
  { flag: '--project', kind: 'project' },
  { flag: '--org', kind: 'organization' },
  { flag: '--organization', kind: 'organization' },
  { flag: '--period', kind: PERIODS },
  { flag: '--range', kind: ['1h', '24h', '7d', '30d', '90d', '365d'] },
  { flag: '--expires', kind: ['12h', '1d', '30d', '6mo', 'never'] },
  { flag: '--response-cache', kind: ['on', 'off', '60s', '1h', '30d'] },
  { flag: '--grace', kind: ['1h', '24h', '7d'] },
  { flag: '--permission', kind: ['inference', 'manage'] },
  { flag: '--rate-limit', kind: RATE_LIMIT_EXAMPLES },
  { flag: '--for', kind: SDKS },
  { flag: '--capability', kind: ['streaming', 'tools', 'vision', 'reasoning'] },
];

/** By the first word of the command and the argument's name; without `noun`, of any command. */
const ARGUMENTS: readonly { noun?: string; argument: string; kind: Kind }[] = [
  { noun: 'keys', argument: 'id', kind: 'key' },
  { noun: 'budget', argument: 'id', kind: 'key' },
  { noun: 'models', argument: 'id', kind: 'model' },
  { noun: 'logs', argument: 'id', kind: 'request' },
  { noun: 'projects', argument: 'id', kind: 'project' },
  { noun: 'projects', argument: 'project', kind: 'project' },
  { noun: 'projects', argument: 'settings', kind: ROUTING_KEYS.map((key) => `${key}=`) },
  { noun: 'projects', argument: 'keys', kind: [...ROUTING_GROUPS, ...ROUTING_KEYS] },
  { noun: 'orgs', argument: 'id', kind: 'organization' },
  { noun: 'orgs', argument: 'org', kind: 'organization' },
  { noun: 'members', argument: 'id', kind: 'member' },
  { noun: 'providers', argument: 'id', kind: 'providers' },
  { noun: 'providers', argument: 'name', kind: 'providers' },
  { noun: 'profile', argument: 'name', kind: 'profile' },
  { noun: 'commands', argument: 'path', kind: 'command' },
  { noun: 'schema', argument: 'path', kind: 'command' },
  { noun: 'config', argument: 'name', kind: 'preference' },
  { noun: 'docs', argument: 'topic', kind: 'topic' },
  { noun: 'setup', argument: 'tools', kind: 'tool' },
  { noun: 'launch', argument: 'agent', kind: 'agent' },
  { argument: 'file', kind: 'file' },
  { argument: 'folder', kind: 'file' },
];

/** What a flag's value names; undefined for free text. */
export function kindOfOption(option: Option): Kind | undefined {
  if (option.argChoices) return option.argChoices;
  const value = /<[^>]+>|\[[^\]]+\]/.exec(option.flags)?.[0];
  if (value !== undefined && VALUES[value]) return VALUES[value];
  const row = FLAGS.find((each) => each.flag === option.long && (each.value === undefined || each.value === value));
  return row?.kind;
}

/** What an argument names; undefined for free text. */
export function kindOfArgument(command: Command, argument: Argument): Kind | undefined {
  if (argument.argChoices) return argument.argChoices;
  const names: string[] = [];
  for (let at: Command | null = command; at; at = at.parent) names.unshift(at.name());
  return ARGUMENTS.find((row) => row.argument === argument.name() && (row.noun === undefined || row.noun === names[1]))
    ?.kind;
}
