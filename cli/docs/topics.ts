/** The topics in the order of `gateway docs`, and what each is about. */
export const TOPICS = [
  { topic: 'quickstart', summary: 'from nothing to a first answer' },
  { topic: 'auth', summary: 'signing in, profiles, where secrets are kept' },
  { topic: 'keys', summary: 'making, rotating and revoking API keys' },
  { topic: 'budgets', summary: 'balance, limits, top-ups, what 402 means' },
  { topic: 'rules', summary: 'which models, prices and addresses a key may use' },
  { topic: 'env', summary: 'variables for SDKs and tools, .env files' },
  { topic: 'tools', summary: 'coding agents: setup, launch, what is written where' },
  { topic: 'formats', summary: 'OpenAI, Anthropic and Gemini requests, base URLs, headers' },
  { topic: 'models', summary: 'which models there are and how they are named' },
  { topic: 'providers', summary: 'keys of your own at providers, and providers of your own' },
  { topic: 'routing', summary: 'how a provider is chosen, retries, sessions, settings' },
  { topic: 'cache', summary: 'the same request answered again without a provider' },
  { topic: 'usage', summary: 'reports, the log of requests, the dashboard' },
  { topic: 'organizations', summary: 'organisations, projects, members, the audit log' },
  { topic: 'config', summary: 'preferences, precedence, variables' },
  { topic: 'server', summary: 'configuring and running a server' },
  { topic: 'errors', summary: 'failures, exit codes, what to run next' },
  { topic: 'ci', summary: 'one variable, one key, bounded runs' },
  { topic: 'agents', summary: 'the flow and the rules for programs' },
  { topic: 'api', summary: 'calling the API directly' },
] as const;

export type Topic = (typeof TOPICS)[number]['topic'];

/** The text of a topic; all of them are one chunk, loaded when one is read. */
export async function textOf(topic: Topic): Promise<string> {
  const [{ ACCOUNT }, { REQUESTS }, { OPERATION }] = await Promise.all([
    import('./account.ts'),
    import('./requests.ts'),
    import('./operation.ts'),
  ]);
  const texts: Record<Topic, string> = { ...ACCOUNT, ...REQUESTS, ...OPERATION };
  return texts[topic];
}
