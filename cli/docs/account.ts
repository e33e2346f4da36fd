/** Topics about who you are, what keys may do and spend. Lines of two blanks and `gateway` are command lines: a test holds them against the tree. */
export const ACCOUNT = {
  quickstart: `From nothing to a first answer

  gateway init    write the server's .env: provider keys, port
  gateway serve   start it, in that folder

In another terminal:

  gateway login                      approve in the browser
  gateway topup --amount 5           a page that adds credit, unless init did
  gateway keys create --name myapp   an API key; its secret is shown once
  gateway env write                  what OpenAI SDKs read, into .env
  gateway test                       a real completion, and what it cost

Who signs in first on a new server owns it. Without a mail server the six-digit
code is in the server's log. Something does not work: gateway doctor`,
  auth: `Who you are

Two kinds of credential: a login (a person, in the browser) and an API key.

  gateway login                           opens the browser and waits
  gateway login --start                   for agents and SSH: page and code
  gateway login --complete --wait 300     … and this waits for the approval
  gateway login --email ann@example.com   a code by e-mail, no browser
  gateway login --with-key -              an API key, read from stdin
  gateway whoami                          who you are, and by which credential
  gateway auth status                     the same without asking the server
  gateway logout                          revokes the tokens and forgets them

GATEWAY_API_KEY goes before a stored login. With it set, no login is needed.

Secrets are kept in the system's keychain where there is one, else in
~/.gateway/credentials.json (0600): see gateway docs config. A credential is
only ever sent to the server that issued it.

Several servers or accounts, each a profile:

  gateway login --profile work --api-url https://gateway.example.com
  gateway profile use work           from now on
  gateway whoami --profile default   for one command`,
  keys: `API keys

  gateway keys create --name ci           the secret is shown once
  gateway keys ensure --name ci           make it so; safe to repeat
  gateway keys list                       those that are active
  gateway keys show ci                    limits, what was spent, until when
  gateway keys rotate key_1 --grace 24h   the old secret works a day longer
  gateway keys revoke key_1               for good, with every key below it

A key may be bound: --limit-usd, --period-limit-usd with --period, --expires,
--models, and rules (gateway docs rules). --permission manage lets it make keys
of its own; a child's spending counts against every key above it (--parent).

How much may be asked in a time; orgs update has the same for an organisation:

  gateway keys update ci --rate-limit requests_per_minute=60 \\
    --rate-limit tokens_per_minute=100000 --rate-limit concurrent_requests=5

More is refused as 429 with retry-after; x-ratelimit-remaining is what is left.

The secret straight into a file, without passing the screen:

  gateway keys create --name myapp --write-env .env

The key made last is kept for env, test, models and exec, unless --no-cache.`,
  budgets: `What may be spent

Every request holds what it may cost before the provider is called. Money that
is not there is refused as 402, before anything is spent.

  gateway balance                                the credit left
  gateway budget set key_1 --limit-usd 5         over its life
  gateway budget set key_1 --period-limit-usd 1 --period 1d   … and a day
  gateway budget get key_1                       what is left of it
  gateway exec --budget-usd 2 -- npm test        one run, one key

402 insufficient_balance: the account is empty. A person adds credit:

  gateway topup --amount 5                       prints a page; never pays
  gateway credits auto --enable --threshold-usd 5   by itself, within a bound

402 key_limit_reached: this key, or one above it, has spent what it may. Do not
retry; raise the limit, or wait for the period to end.`,
  rules: `What a key may do

  gateway keys iam list key_1
  gateway keys iam add key_1 --allow-models gpt-4o-mini,claude-haiku-4.5
  gateway keys iam add key_1 --deny-providers deepseek
  gateway keys iam add key_1 --max-output-price 5   USD a million tokens
  gateway keys iam add key_1 --allow-ips 10.0.0.0/8
  gateway keys iam remove key_1 iam_1

Every rule must let a request pass. What one refuses is 403 permission_denied.
Rules of a key hold for the keys below it too.`,
  organizations: `Organisations, projects, people

  gateway orgs list                     yours, and those you are invited to
  gateway orgs use Acme                 act there from now on; joins it
  gateway projects create --name web    keys and reports belong to a project
  gateway projects use web              … from now on
  gateway members list
  gateway members add bob@example.com   invites; with --role
  gateway audit list                    who changed what
  gateway orgs update current --rate-limit requests_per_minute=600
                                        all of its keys together

The organisation pays. Its owner tops up; owners and admins add people.`,
} as const;
