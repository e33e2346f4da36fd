import { GatewayError } from '../../shared/errors.ts';
import { copyText } from '../clipboard.ts';
import type { Integration, Surroundings, Wiring } from '../integrations/integration.ts';
import { choiceHint } from '../nearest.ts';

/** What can be pasted into any tool. */
const VALUES: NonNullable<Integration['copies']> = {
  key: ({ key }) => key,
  url: ({ apiUrl }) => `${apiUrl}/v1`,
  model: ({ model }) => model.id,
};

/** Throws `usage` for a value that this tool has no use for. */
export function refuseUnknownValue({ title, copies }: Integration, what: string): void {
  const names = Object.keys({ ...VALUES, ...copies });
  if (names.includes(what)) return;
  throw new GatewayError('usage', `There is no "${what}" to copy for ${title}.`, {
    param: '--copy',
    hint: choiceHint(what, names),
  });
}

/** Copies one value of a tool's wiring to the clipboard. */
export async function copyValue(
  { copies }: Integration,
  what: string,
  wiring: Wiring,
  at: Surroundings,
): Promise<void> {
  await copyText({ ...VALUES, ...copies }[what]!(wiring), at.env, at.platform);
}
