import type { Context } from '../../context.ts';
import { changeCredentials, readCredentials } from '../../credentials.ts';

/** Keeps a new key's secret for `env`, `test`, `models` and `exec`. */
export async function rememberKey(
  context: Context,
  { id, name, raw }: { id: string; name: string; raw: string },
): Promise<void> {
  const { configDir, apiUrl } = context.settings;
  await context.signals.hold(
    changeCredentials(configDir, (stored) => {
      stored.last_keys[apiUrl] = { id, name, raw };
    }),
  );
}

/** Forgets the secret when it is that key's. */
export async function forgetKey(context: Context, id: string): Promise<void> {
  const { configDir, apiUrl } = context.settings;
  if (readCredentials(configDir).last_keys[apiUrl]?.id !== id) return;
  await changeCredentials(configDir, (stored) => {
    if (stored.last_keys[apiUrl]?.id === id) delete stored.last_keys[apiUrl];
  });
}

/** The cached secret of a key, if it is that key's. */
export function rememberedRaw(context: Context, id: string): string | undefined {
  const last = readCredentials(context.settings.configDir).last_keys[context.settings.apiUrl];
  return last?.id === id ? last.raw : undefined;
}
