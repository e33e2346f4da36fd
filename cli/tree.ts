import type { Command } from 'commander';
import type { Context } from './context.ts';
import type { Group } from './groups.ts';

/** What a command's file exports. */
interface CommandModule {
  command: (context: Context) => Command;
}

/**
 * The credential that a command needs: `api_key`, the key that requests are made with; `any`, a login or an API key;
 * `manage`, a login or a key with the `manage` permission; `login`, a person who is signed in.
 */
export type Need = 'nothing' | 'api_key' | 'any' | 'manage' | 'login';

/** One command: the words that call it, a line for `--help`, and its file, loaded when it is called. A row without a file is a noun. */
export interface Row {
  path: string;
  aliases?: readonly string[];
  /** Under which heading of `gateway --help` it stands: a row of one word says so. */
  group?: Group;
  summary: string;
  load?: () => Promise<CommandModule>;
  /** Which credential a command needs: a row with a file says so. */
  needs?: Need;
  /** True when it changes something, here or on the server, so that `--dry-run` has a plan to show; `creates` when a repeat would make another. */
  changes?: true | 'creates';
  /** What the `--help` of a noun ends with; a command brings its own. */
  example?: string;
  prints?: string;
}

/** The command tree, in the order of `--help`. */
export const COMMANDS: readonly Row[] = [
  {
    path: 'serve',
    group: 'server',
    summary: 'Run the server: the proxy and the management API.',
    needs: 'nothing',
    changes: true,
    load: () => import('./commands/serve.ts'),
  },
  {
    path: 'init',
    group: 'server',
    summary: "Write the server's configuration: a wizard, or flags.",
    needs: 'nothing',
    changes: true,
    load: () => import('./commands/init.ts'),
  },
  {
    path: 'login',
    group: 'start',
    summary: 'Sign in through the browser, by e-mail, or with an API key.',
    needs: 'nothing',
    changes: true,
    load: () => import('./commands/login.ts'),
  },
  {
    path: 'logout',
    group: 'start',
    summary: 'Sign out: revoke the tokens, forget the credentials.',
    needs: 'nothing',
    changes: true,
    load: () => import('./commands/logout.ts'),
  },
  {
    path: 'whoami',
    group: 'start',
    summary: 'Say who you are here, and by which credential.',
    needs: 'any',
    load: () => import('./commands/whoami.ts'),
  },
  {
    path: 'auth',
    group: 'start',
    summary: 'The credential in force.',
    example: 'gateway auth status --json',
    prints: '{"authenticated":true,"auth":{"method":"oidc", …}, …}',
  },
  {
    path: 'auth status',
    summary: 'Say which credential is in force; asks no server.',
    needs: 'nothing',
    load: () => import('./commands/auth/status.ts'),
  },
  {
    path: 'auth token',
    summary: 'Print the token that calls to the management API carry.',
    needs: 'any',
    load: () => import('./commands/auth/token.ts'),
  },
  {
    path: 'profile',
    group: 'start',
    summary: 'Logins to several servers or accounts.',
    example: 'gateway profile list --json',
    prints: '[{"name":"default","current":true, …}]',
  },
  {
    path: 'profile list',
    summary: 'List the profiles.',
    needs: 'nothing',
    load: () => import('./commands/profile/list.ts'),
  },
  {
    path: 'profile use',
    summary: 'Choose the profile that commands use.',
    needs: 'nothing',
    changes: true,
    load: () => import('./commands/profile/use.ts'),
  },
  {
    path: 'profile remove',
    summary: 'Sign out of a profile and forget it.',
    needs: 'nothing',
    changes: true,
    load: () => import('./commands/profile/remove.ts'),
  },
  {
    path: 'keys',
    group: 'money',
    summary: 'API keys.',
    example: 'gateway keys create --name ci --json',
    prints: '{"id":"key_…","name":"ci", …,"raw":"sk-gw-…"}',
  },
  {
    path: 'keys create',
    summary: 'Create an API key. Its secret is shown once.',
    needs: 'manage',
    changes: 'creates',
    load: () => import('./commands/keys/create.ts'),
  },
  {
    path: 'keys ensure',
    summary: 'Make sure that a key of this name exists and is as the flags say.',
    needs: 'manage',
    changes: true,
    load: () => import('./commands/keys/ensure.ts'),
  },
  {
    path: 'keys list',
    summary: 'List the keys, newest first.',
    needs: 'manage',
    load: () => import('./commands/keys/list.ts'),
  },
  { path: 'keys show', summary: 'Show one key.', needs: 'manage', load: () => import('./commands/keys/show.ts') },
  {
    path: 'keys update',
    summary: 'Change a key: name, status, limits, expiry, models.',
    needs: 'manage',
    changes: true,
    load: () => import('./commands/keys/update.ts'),
  },
  {
    path: 'keys limit',
    summary: 'Set or clear what a key may spend.',
    needs: 'manage',
    changes: true,
    load: () => import('./commands/keys/limit.ts'),
  },
  {
    path: 'keys iam',
    summary: 'What a key may use and from where: its rules.',
    example: 'gateway keys iam add key_1a2b --allow-models gpt-4o-mini --json',
    prints: '{"id":"iam_…","rule_type":"allow_models","rule_value":{"models":["gpt-4o-mini"]}, …}',
  },
  {
    path: 'keys iam list',
    summary: 'List the rules of a key.',
    needs: 'manage',
    load: () => import('./commands/keys/iam/list.ts'),
  },
  {
    path: 'keys iam add',
    summary: 'Add a rule: which models, providers, prices or addresses.',
    needs: 'manage',
    changes: 'creates',
    load: () => import('./commands/keys/iam/add.ts'),
  },
  {
    path: 'keys iam update',
    summary: 'Change a rule, or put it in or out of force.',
    needs: 'manage',
    changes: true,
    load: () => import('./commands/keys/iam/update.ts'),
  },
  {
    path: 'keys iam remove',
    aliases: ['delete', 'rm'],
    summary: 'Take a rule away from a key.',
    needs: 'manage',
    changes: true,
    load: () => import('./commands/keys/iam/remove.ts'),
  },
  {
    path: 'keys rotate',
    aliases: ['roll'],
    summary: 'Give a key a new secret.',
    needs: 'manage',
    changes: true,
    load: () => import('./commands/keys/rotate.ts'),
  },
  {
    path: 'keys revoke',
    aliases: ['delete', 'rm'],
    summary: 'Revoke a key and every key below it, for good.',
    needs: 'manage',
    changes: true,
    load: () => import('./commands/keys/revoke.ts'),
  },
  {
    path: 'budget',
    group: 'money',
    summary: 'What a key may spend.',
    example: 'gateway budget get key_1a2b --json',
    prints: '{"id":"key_1a2b","balance_usd":"1.58","limits":{"limit_usd":"5.00","spent_usd":"3.42", …}, …}',
  },
  {
    path: 'budget get',
    summary: 'Show the limits of a key: spent, remaining, when they reset.',
    needs: 'manage',
    load: () => import('./commands/budget/get.ts'),
  },
  {
    path: 'budget set',
    summary: 'Set or clear what a key may spend, as `keys limit` does.',
    needs: 'manage',
    changes: true,
    load: () => import('./commands/budget/set.ts'),
  },
  {
    path: 'balance',
    group: 'money',
    summary: 'Show the credit left.',
    needs: 'any',
    load: () => import('./commands/balance.ts'),
  },
  {
    path: 'credits',
    group: 'money',
    summary: 'Show the credit left, and what happens when it runs low.',
    needs: 'any',
    load: () => import('./commands/credits/show.ts'),
  },
  {
    path: 'credits auto',
    summary: 'Show or set automatic top-up.',
    needs: 'login',
    changes: true,
    load: () => import('./commands/credits/auto.ts'),
  },
  {
    path: 'credits history',
    summary: 'List what came in and what was spent, newest first.',
    needs: 'login',
    load: () => import('./commands/credits/history.ts'),
  },
  {
    path: 'usage',
    group: 'requests',
    summary: 'Show what was used and spent.',
    needs: 'any',
    load: () => import('./commands/usage/report.ts'),
  },
  {
    path: 'usage sources',
    summary: 'Show which programs the requests came from.',
    needs: 'any',
    load: () => import('./commands/usage/sources.ts'),
  },
  {
    path: 'logs',
    group: 'requests',
    summary: 'List the latest requests, or follow them as they come: gateway logs --follow',
    needs: 'any',
    load: () => import('./commands/logs/logs.ts'),
  },
  {
    path: 'logs list',
    summary: 'List requests, newest first.',
    needs: 'any',
    load: () => import('./commands/logs/list.ts'),
  },
  { path: 'logs show', summary: 'Show one request.', needs: 'any', load: () => import('./commands/logs/show.ts') },
  {
    path: 'top',
    group: 'requests',
    summary: 'Watch balance, spending, requests and errors as they happen.',
    needs: 'any',
    load: () => import('./commands/top/top.ts'),
  },
  {
    path: 'topup',
    group: 'money',
    summary: 'Get a page where a person adds credit. Never pays by itself.',
    needs: 'login',
    changes: 'creates',
    load: () => import('./commands/topup/create.ts'),
  },
  {
    path: 'topup status',
    summary: 'Say whether a top-up was paid.',
    needs: 'login',
    load: () => import('./commands/topup/status.ts'),
  },
  {
    path: 'orgs',
    group: 'organization',
    summary: 'Organisations: who pays, and for whom.',
    example: 'gateway orgs list --json',
    prints: '[{"id":"org_…","name":"Acme","role":"owner","current":true, …}]',
  },
  {
    path: 'orgs list',
    summary: 'List the organisations that you are in.',
    needs: 'login',
    load: () => import('./commands/orgs/list.ts'),
  },
  {
    path: 'orgs show',
    summary: 'Show one organisation.',
    needs: 'login',
    load: () => import('./commands/orgs/show.ts'),
  },
  {
    path: 'orgs use',
    summary: 'Choose the organisation that you act in.',
    needs: 'login',
    changes: true,
    load: () => import('./commands/orgs/use.ts'),
  },
  {
    path: 'orgs rename',
    summary: 'Give an organisation another name.',
    needs: 'login',
    changes: true,
    load: () => import('./commands/orgs/rename.ts'),
  },
  {
    path: 'projects',
    group: 'organization',
    summary: 'Projects: what keys belong to and reports are about.',
    example: 'gateway projects list --json',
    prints: '[{"id":"prj_…","name":"web","default":false,"active_keys":2, …}]',
  },
  {
    path: 'projects list',
    summary: 'List the projects, newest first.',
    needs: 'login',
    load: () => import('./commands/projects/list.ts'),
  },
  {
    path: 'projects create',
    summary: 'Create a project.',
    needs: 'login',
    changes: 'creates',
    load: () => import('./commands/projects/create.ts'),
  },
  {
    path: 'projects show',
    summary: 'Show one project.',
    needs: 'login',
    load: () => import('./commands/projects/show.ts'),
  },
  {
    path: 'projects use',
    summary: 'Choose the project that keys and reports are for.',
    needs: 'login',
    changes: true,
    load: () => import('./commands/projects/use.ts'),
  },
  {
    path: 'projects rename',
    summary: 'Give a project another name.',
    needs: 'login',
    changes: true,
    load: () => import('./commands/projects/rename.ts'),
  },
  {
    path: 'projects update',
    summary: "Change a project's settings: kept conversations, prompt-cache marks, the response cache.",
    needs: 'login',
    changes: true,
    load: () => import('./commands/projects/update.ts'),
  },
  {
    path: 'projects routing',
    summary: 'How the requests of a project are routed: weights, thresholds, retries, priorities.',
    example: 'gateway projects routing set web weights.price=0.8 --json',
    prints: '{"project":"prj_…","name":"web","overrides":{"weights":{"price":0.8}}, …}',
  },
  {
    path: 'projects routing show',
    summary: 'Show every setting, and which are not the default.',
    needs: 'login',
    load: () => import('./commands/projects/routing/show.ts'),
  },
  {
    path: 'projects routing set',
    summary: 'Change settings: weights.price=0.8 retry.max_retries=1',
    needs: 'login',
    changes: true,
    load: () => import('./commands/projects/routing/set.ts'),
  },
  {
    path: 'projects routing reset',
    summary: 'Take settings back to the defaults, or all of them.',
    needs: 'login',
    changes: true,
    load: () => import('./commands/projects/routing/reset.ts'),
  },
  {
    path: 'projects remove',
    aliases: ['delete', 'rm'],
    summary: 'Remove a project that has no keys any more.',
    needs: 'login',
    changes: true,
    load: () => import('./commands/projects/remove.ts'),
  },
  {
    path: 'members',
    group: 'organization',
    summary: 'The people of the organisation.',
    example: 'gateway members list --json',
    prints: '[{"id":"usr_…","email":"ann@example.com","role":"owner", …}]',
  },
  {
    path: 'members list',
    summary: 'List the members, newest first.',
    needs: 'login',
    load: () => import('./commands/members/list.ts'),
  },
  {
    path: 'members add',
    summary: 'Invite somebody by e-mail address.',
    needs: 'login',
    changes: 'creates',
    load: () => import('./commands/members/add.ts'),
  },
  {
    path: 'members update',
    summary: 'Give a member another role.',
    needs: 'login',
    changes: true,
    load: () => import('./commands/members/update.ts'),
  },
  {
    path: 'members remove',
    aliases: ['delete', 'rm'],
    summary: 'Remove a member.',
    needs: 'login',
    changes: true,
    load: () => import('./commands/members/remove.ts'),
  },
  {
    path: 'providers',
    group: 'requests',
    summary: 'The providers there are, and your own keys at them.',
    example: 'gateway providers list --json',
    prints: '[{"name":"openai","configured_by":"server","own_keys":[], …}]',
  },
  {
    path: 'providers list',
    summary: 'List the providers that have a key here; with --all, all there are.',
    needs: 'any',
    load: () => import('./commands/providers/list.ts'),
  },
  {
    path: 'providers add',
    summary: 'Add a key of your own at a provider, or a provider of your own.',
    needs: 'login',
    changes: 'creates',
    load: () => import('./commands/providers/add.ts'),
  },
  {
    path: 'providers update',
    summary: 'Change its key, label, address, settings, or whether it is used.',
    needs: 'login',
    changes: true,
    load: () => import('./commands/providers/update.ts'),
  },
  {
    path: 'providers test',
    summary: 'Ask the provider with it.',
    needs: 'login',
    changes: true,
    load: () => import('./commands/providers/test.ts'),
  },
  {
    path: 'providers remove',
    aliases: ['delete', 'rm'],
    summary: 'Remove a key of your own.',
    needs: 'login',
    changes: true,
    load: () => import('./commands/providers/remove.ts'),
  },
  {
    path: 'audit',
    group: 'organization',
    summary: 'Who changed what.',
    needs: 'login',
    load: () => import('./commands/audit/audit.ts'),
  },
  {
    path: 'audit list',
    summary: 'List the changes, newest first.',
    needs: 'login',
    load: () => import('./commands/audit/list.ts'),
  },
  {
    path: 'env',
    group: 'programs',
    summary: 'Print the variables that point SDKs here: gateway env >> .env',
    needs: 'api_key',
    load: () => import('./commands/env/print.ts'),
  },
  {
    path: 'env write',
    summary: 'Set them in an env file, keeping everything else in it.',
    needs: 'api_key',
    changes: true,
    load: () => import('./commands/env/write.ts'),
  },
  {
    path: 'env check',
    summary: 'Check an env file as the programs that read it would.',
    needs: 'nothing',
    load: () => import('./commands/env/check.ts'),
  },
  {
    path: 'env undo',
    summary: 'Take the last env write back exactly.',
    needs: 'nothing',
    changes: true,
    load: () => import('./commands/env/undo.ts'),
  },
  {
    path: 'exec',
    group: 'programs',
    summary: 'Run a command with the variables set; no file is written.',
    needs: 'api_key',
    changes: true,
    load: () => import('./commands/exec.ts'),
  },
  {
    path: 'setup',
    group: 'programs',
    summary: 'Wire a coding tool to the gateway, prove it, or take it back.',
    needs: 'api_key',
    changes: true,
    load: () => import('./commands/setup.ts'),
  },
  {
    path: 'launch',
    group: 'programs',
    summary: 'Run a coding agent through the gateway; nothing is written.',
    needs: 'api_key',
    changes: true,
    load: () => import('./commands/launch.ts'),
  },
  {
    path: 'claude',
    group: 'programs',
    summary: 'Run Claude Code through the gateway: launch claude.',
    needs: 'api_key',
    changes: true,
    load: () => import('./commands/claude.ts'),
  },
  {
    path: 'test',
    group: 'requests',
    summary: 'Send one tiny request end to end and say what it cost.',
    needs: 'api_key',
    changes: true,
    load: () => import('./commands/test.ts'),
  },
  {
    path: 'models',
    group: 'requests',
    summary: 'List the models offered, with prices.',
    needs: 'nothing',
    load: () => import('./commands/models/list.ts'),
  },
  {
    path: 'models show',
    summary: 'Show one model.',
    needs: 'nothing',
    load: () => import('./commands/models/show.ts'),
  },
  {
    path: 'models refresh',
    summary: 'Have the server take a newer list of models and prices.',
    needs: 'login',
    changes: true,
    load: () => import('./commands/models/refresh.ts'),
  },
  {
    path: 'doctor',
    group: 'start',
    summary: 'Find out what is wrong: from the config files to one token through the proxy.',
    needs: 'nothing',
    changes: true,
    load: () => import('./commands/doctor.ts'),
  },
  {
    path: 'config',
    group: 'scripting',
    summary: 'Preferences, for you or for a project.',
    example: 'gateway config list --json',
    prints: '[{"name":"api_url","value":"http://127.0.0.1:8787","source":"default", …}, …]',
  },
  {
    path: 'config list',
    summary: 'List the preferences in force, and who said each.',
    needs: 'nothing',
    load: () => import('./commands/config/list.ts'),
  },
  {
    path: 'config get',
    summary: 'Print one preference.',
    needs: 'nothing',
    load: () => import('./commands/config/get.ts'),
  },
  {
    path: 'config set',
    summary: 'Set a preference, for you or for a project.',
    needs: 'nothing',
    changes: true,
    load: () => import('./commands/config/set.ts'),
  },
  {
    path: 'config unset',
    summary: 'Take a preference out again.',
    needs: 'nothing',
    changes: true,
    load: () => import('./commands/config/unset.ts'),
  },
  {
    path: 'config path',
    summary: 'Print where the preferences and the credentials are kept.',
    needs: 'nothing',
    load: () => import('./commands/config/path.ts'),
  },
  {
    path: 'skill',
    group: 'programs',
    summary: 'Print the skill that teaches coding agents to use gateway.',
    needs: 'nothing',
    load: () => import('./commands/skill/print.ts'),
  },
  {
    path: 'skill install',
    summary: 'Write the skill where the agents that are found here read skills.',
    needs: 'nothing',
    changes: true,
    load: () => import('./commands/skill/install.ts'),
  },
  {
    path: 'skill uninstall',
    summary: 'Take the skill back: exactly the files that were written.',
    needs: 'nothing',
    changes: true,
    load: () => import('./commands/skill/uninstall.ts'),
  },
  {
    path: 'api',
    group: 'scripting',
    summary: 'Call any path of the server, with the credential in force.',
    needs: 'any',
    changes: 'creates',
    load: () => import('./commands/api.ts'),
  },
  {
    path: 'docs',
    group: 'scripting',
    summary: 'Read about a topic: quickstart, auth, keys, budgets, ci, agents …',
    needs: 'nothing',
    load: () => import('./commands/docs.ts'),
  },
  {
    path: 'commands',
    group: 'scripting',
    summary: 'Describe the commands for programs: flags, output, errors.',
    needs: 'nothing',
    load: () => import('./commands/commands.ts'),
  },
  {
    path: 'schema',
    group: 'scripting',
    summary: "Print the JSON Schema of a command's output.",
    needs: 'nothing',
    load: () => import('./commands/schema.ts'),
  },
  {
    path: 'exit-codes',
    group: 'scripting',
    summary: 'List the exit codes and what to do about each.',
    needs: 'nothing',
    load: () => import('./commands/exit-codes.ts'),
  },
  {
    path: 'completion',
    group: 'scripting',
    summary: 'Print the script that completes gateway in your shell.',
    needs: 'nothing',
    load: () => import('./commands/completion.ts'),
  },
  {
    path: 'version',
    group: 'scripting',
    summary: 'Print the version.',
    needs: 'nothing',
    load: () => import('./commands/version.ts'),
  },
];

/** The rows directly below a path; `''` is the root. */
export function childrenOf(path: string): Row[] {
  const depth = path === '' ? 1 : path.split(' ').length + 1;
  return COMMANDS.filter(
    (row) => row.path.split(' ').length === depth && (path === '' || row.path.startsWith(`${path} `)),
  );
}

/** The last word of a path: what the command is called below its parent. */
export function nameOf(row: Row): string {
  return row.path.slice(row.path.lastIndexOf(' ') + 1);
}
