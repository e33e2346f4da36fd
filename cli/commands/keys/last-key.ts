import { GatewayError } from '../../../shared/errors.ts';
import type { Context } from '../../context.ts';
import {
  type Credentials,
  changeCredentials,
  type MadeHere,
  readCredentials,
  readUsableCredentials,
} from '../../credentials.ts';
import { openKey } from '../../keychain/open.ts';

/**
 * Keeps a new key's secret for `env`, `test`, `models` and `exec`, before those that were kept already; a new secret of a
 * kept key takes the place of the old one. Says so when these commands use another key from now on.
 */
export async function rememberKey(context: Context, { id, name, raw, parent }: MadeHere): Promise<void> {
  if (!isUsable(context)) return;
  const { apiUrl, profile } = context.settings;
  const replaced = await context.signals.hold(
    changeKept(context, (stored) => {
      const kept = stored.last_keys[apiUrl] ?? [];
      const before = kept[0];
      const at = kept.findIndex((each) => each.id === id);
      const entry: MadeHere = { id, name, raw, ...(parent ? { parent } : {}) };
      if (at < 0) kept.unshift(entry);
      else kept[at] = entry;
      stored.last_keys[apiUrl] = kept;
      const login = stored.profiles[profile];
      const shadowed = login?.type === 'api_key' && login.api_url === apiUrl;
      return at < 0 && !shadowed ? before : undefined;
    }),
  );
  if (replaced && !context.env.GATEWAY_API_KEY)
    context.note(
      `\`env\`, \`test\` and \`exec\` now use ${name} (${id}) instead of ${replaced.name} (${replaced.id}).`,
    );
}

/** Forgets the secret of a key, and those of the keys below it when they end with it. */
export async function forgetKey(context: Context, id: string, { children = false } = {}): Promise<void> {
  if (!isUsable(context)) return;
  const { configDir, apiUrl } = context.settings;
  if (!keptHere(readCredentials(configDir), apiUrl).some((key) => key.id === id || key.parent)) return;
  await changeKept(context, (stored) => {
    const gone = new Set([id]);
    const left = keptHere(stored, apiUrl);
    // a key is made after the one above it: oldest first, each parent is known before its children
    for (const key of left.toReversed()) if (children && key.parent && gone.has(key.parent)) gone.add(key.id);
    const still = left.filter((key) => !gone.has(key.id));
    if (still.length > 0) stored.last_keys[apiUrl] = still;
    else delete stored.last_keys[apiUrl];
  });
}

/** Calls a key that is kept here by the name that it has now. */
export async function renameKept(context: Context, { id, name }: Pick<MadeHere, 'id' | 'name'>): Promise<void> {
  if (!isUsable(context)) return;
  const { configDir, apiUrl } = context.settings;
  const isOutdated = (key: MadeHere) => key.id === id && key.name !== name;
  if (!keptHere(readCredentials(configDir), apiUrl).some(isOutdated)) return;
  await changeKept(context, (stored) => {
    for (const key of keptHere(stored, apiUrl)) if (isOutdated(key)) key.name = name;
  });
}

/** The cached secret of a key, if it is kept. */
export async function rememberedRaw(context: Context, id: string): Promise<string | undefined> {
  if (!isUsable(context)) return undefined;
  const { configDir, apiUrl } = context.settings;
  const kept = keptHere(readCredentials(configDir), apiUrl).find((key) => key.id === id);
  return kept && openKey(context, apiUrl, kept);
}

/** The server has done its part, and what it answered is still to be told: what cannot be kept is only warned of. */
async function changeKept<T>(context: Context, change: (stored: Credentials) => T): Promise<T | undefined> {
  try {
    return await changeCredentials(context, change);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    context.warn(`The secrets kept here stay as they were: ${error.message}`);
    return undefined;
  }
}

function keptHere(stored: Credentials, apiUrl: string): MadeHere[] {
  return stored.last_keys[apiUrl] ?? [];
}

/** With GATEWAY_API_KEY a damaged credentials file only means that nothing is kept, which is told; without, it is an error. */
function isUsable(context: Context): boolean {
  if (!context.env.GATEWAY_API_KEY) return true;
  let usable = true;
  readUsableCredentials(context.settings.configDir, (warning) => {
    usable = false;
    context.warn(warning);
  });
  return usable;
}
