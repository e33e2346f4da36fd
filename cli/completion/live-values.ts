import type { Context } from '../context.ts';
import { readUsableCredentials } from '../credentials.ts';
import type { Candidate } from './answer.ts';
import { cached, remember } from './cache.ts';
import type { LiveKind } from './value-kinds.ts';

const FRESH_MS = 5 * 60_000;
/** After a failure the server is left alone for so long. */
const SULK_MS = 30_000;

/** What the server knows of a kind: as it was within the last five minutes, else asked, else as it was last. */
export async function liveValues(context: Context, kind: LiveKind): Promise<Candidate[]> {
  const proof = await proofFor(context, kind);
  if (proof === undefined) return madeHere(context, kind);
  const place = { configDir: context.configDir, server: context.settings.apiUrl, token: proof.identity, kind };
  const known = cached(place);
  const age = known ? Math.abs(context.now() - known.asked_at) : Number.POSITIVE_INFINITY;
  if (known && age < (known.failed ? SULK_MS : FRESH_MS)) return known.values ?? madeHere(context, kind);
  try {
    const values = await within(context.globals.timeoutMs, ask(context, kind, proof.token));
    remember(place, { asked_at: context.now(), failed: false, values });
    return values;
  } catch {
    remember(place, { asked_at: context.now(), failed: true, values: known?.values ?? null });
    return known?.values ?? madeHere(context, kind);
  }
}

interface Proof {
  token: string | undefined;
  /** Whose values they are: the key, or the profile. */
  identity: string;
}

/**
 * The credential, if it can be had without ado: a token that has ended is not renewed here, as a renewal that is cut off
 * would cost the login. An address on the command line is none to send anything to before the command runs.
 */
async function proofFor(context: Context, kind: LiveKind): Promise<Proof | undefined> {
  const { environmentKey, storedLogin } = await import('../access.ts');
  if (context.args.some((word) => word.startsWith('--api-url'))) return undefined;
  const key = environmentKey(context);
  if (key) return { token: key, identity: key };
  if (kind === 'model') return { token: undefined, identity: '' }; // a public list
  const { profile, apiUrl, configDir } = context.settings;
  if (!readUsableCredentials(configDir, () => {}).profiles[profile]) return undefined;
  const login = storedLogin(context);
  const identity = `${apiUrl} ${profile} ${login.user.id}`;
  if (login.type === 'oidc' && login.expires_at <= context.now()) return { token: undefined, identity };
  const { openLogin } = await import('../keychain/open.ts');
  const opened = await within(context.globals.timeoutMs, openLogin(context, login));
  return { token: opened.type === 'oidc' ? opened.access_token : opened.api_key, identity };
}

async function ask(context: Context, kind: LiveKind, token: string | undefined): Promise<Candidate[]> {
  if (kind === 'model') {
    const { listModels } = await import('../../shared/contracts/models.ts');
    const { data } = await context.call(listModels, { query: {} }, { bearer: token ? { token } : undefined });
    return data.map(({ id, name }) => ({ value: id, about: name }));
  }
  if (token === undefined) throw new Error('the sign-in must be renewed first');
  const bearer = { token };
  const query = { limit: 100 };
  if (kind === 'key') {
    const { listKeys } = await import('../../shared/contracts/keys.ts');
    const { data } = await context.call(listKeys, { query }, { bearer });
    return data.map(({ id, name, status }) => ({
      value: id,
      about: status === 'active' ? name : `${name}, ${status}`,
    }));
  }
  if (kind === 'project') {
    const { listProjects } = await import('../../shared/contracts/projects.ts');
    const { data } = await context.call(listProjects, { query }, { bearer });
    return data.map(({ id, name }) => ({ value: id, about: name }));
  }
  if (kind === 'organization') {
    const { listOrganizations } = await import('../../shared/contracts/organizations.ts');
    const { data } = await context.call(listOrganizations, { query }, { bearer });
    return data.map(({ id, name }) => ({ value: id, about: name }));
  }
  if (kind === 'member') {
    const { listMembers } = await import('../../shared/contracts/members.ts');
    const { data } = await context.call(listMembers, { query }, { bearer });
    return data.map(({ id, email, display_name }) => ({ value: email ?? id, about: display_name ?? '' }));
  }
  const { listLogs } = await import('../../shared/contracts/usage.ts');
  const { data } = await context.call(listLogs, { query: { limit: 25 } }, { bearer });
  return data.map(({ id, model, created_at }) => ({ value: id, about: `${model}, ${created_at}` }));
}

/** The keys that were made here, which no server need be asked for. */
function madeHere(context: Context, kind: LiveKind): Candidate[] {
  if (kind !== 'key') return [];
  const { last_keys } = readUsableCredentials(context.configDir, () => {});
  return (last_keys[context.settings.apiUrl] ?? []).map(({ id, name }) => ({ value: id, about: name }));
}

function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('too slow')), limitMs).unref();
  });
  return Promise.race([work, late]);
}
