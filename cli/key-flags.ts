/** Which key requests are made with: `resolveApiKey` reads it. */
export const KEY_FLAG = [
  '--key <source>',
  'the API key: - for stdin, @path for a file (default: GATEWAY_API_KEY, then the key made last)',
] as const;

/** A hard limit for one run: `runWithBudget` keeps it. */
export const BUDGET_FLAG = [
  '--budget-usd <amount>',
  'run it with a key of its own that may spend this much, and revoke that key afterwards',
] as const;
