const NOTICE = 'oidc-provider WARNING: Unsupported runtime.';

/**
 * Loads oidc-provider without the notice that it prints on every Node but its two favourites (the flows are tested on
 * ours). Any other warning of its import is passed on.
 */
export async function importProvider(): Promise<typeof import('oidc-provider')> {
  const warn = console.warn;
  const filtered = (...message: unknown[]) => {
    if (!String(message[0]).includes(NOTICE)) warn(...message);
  };
  console.warn = filtered;
  try {
    return await import('oidc-provider');
  } finally {
    if (console.warn === filtered) console.warn = warn;
  }
}
