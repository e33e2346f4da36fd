import { GoogleTokens, readServiceAccount } from './google-token.ts';
import { hostPart } from './host-part.ts';
import type { Credential, Headers, OutgoingCall, Provider, Setting, Settings } from './provider.ts';

/** What Vertex's two providers have in common: the hosts, the paths, and how they are signed for. */

const MULTI_REGIONS = ['us', 'eu'];
const tokens = new GoogleTokens();

/** Source: the Vertex AI documentation, "Locations": global, multi-region and regional endpoints. */
export function vertexHost({ region = 'global' }: Settings): string {
  if (region === 'global') return 'https://aiplatform.googleapis.com';
  const place = hostPart(region, 'the region of Vertex AI');
  return MULTI_REGIONS.includes(place)
    ? `https://aiplatform.${place}.rep.googleapis.com`
    : `https://${place}-aiplatform.googleapis.com`;
}

/** The path of a model's method, below the host. Without a project it is that of an API key's own (express mode). */
export function vertexPath(
  version: string,
  publisher: string,
  model: string,
  { project, region = 'global' }: Settings,
) {
  const place = project ? `/projects/${encodeURIComponent(project)}/locations/${encodeURIComponent(region)}` : '';
  return `/${version}${place}/publishers/${publisher}/models/${encodeURIComponent(model).replaceAll('%40', '@')}`;
}

/** @param tells how a variable of this provider starts: `LLM_GOOGLE_VERTEX`. */
export function vertexSettings(tells: string): Record<string, Setting> {
  return {
    region: { about: 'Location: global, us, eu, or a region such as europe-west1.', default: 'global' },
    project: { about: `Google Cloud project. Unset: the service account's own.` },
    service_account_json: {
      about: `Key file of a service account, as JSON; ${tells}_API_KEY takes it too.`,
      secret: true,
    },
  };
}

/** A key file in place of the key names its project. */
export const prepareVertex: NonNullable<Provider['prepare']> = ({ key, settings }) => {
  const file = key.trimStart().startsWith('{') ? key : settings.service_account_json;
  const account = file === undefined ? undefined : readServiceAccount(file);
  if (!file || !account) return { key, settings };
  return {
    key: key === file ? '' : key,
    settings: { ...settings, service_account_json: file, project: settings.project || account.projectId },
  };
};

/** A minted token where there is a service account, else the API key. */
export function signVertex({ url }: OutgoingCall, { key, settings }: Credential): Headers | Promise<Headers> {
  const account = accountOf(settings);
  if (!account) return { 'x-goog-api-key': key };
  const token = tokens.get(account, url.hostname);
  return typeof token === 'string' ? bearer(token) : token.then(bearer);
}

export function dropVertexToken({ settings }: Credential): void {
  const account = accountOf(settings);
  if (account) tokens.drop(account);
}

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

/** Key files by the settings that hold them: parsed once. */
const accounts = new WeakMap<Settings, ReturnType<typeof readServiceAccount>>();

function accountOf(settings: Settings): ReturnType<typeof readServiceAccount> {
  const { service_account_json: file } = settings;
  if (!file) return undefined;
  const account = accounts.get(settings) ?? readServiceAccount(file);
  if (account) accounts.set(settings, account);
  return account;
}
