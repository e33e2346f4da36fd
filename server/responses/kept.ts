import type { Services } from '../services.ts';

/** An answer of the Responses API as it is kept, with the input that it answers. JSON texts, so that no digit is lost. */
export interface Kept {
  id: string;
  organizationId: string;
  projectId: string;
  /** The answer that it went on from. */
  previousId: string | null;
  /** The new input alone: an array of items. */
  input: string;
  /** The whole response. */
  response: string;
  createdAtMs: number;
  expiresAtMs: number;
}

/** A row of `responses` as the driver gives it. */
export interface KeptRow extends Record<string, unknown> {
  id: string;
  organization_id: string;
  project_id: string;
  previous_id: string | null;
  sealed: string;
  created_at: Date | string;
  expires_at: Date | string;
}

const PURPOSE = 'response';

/** What the store holds of it, encrypted. */
export function seal({ secrets }: Pick<Services, 'secrets'>, { input, response }: Kept): string {
  return secrets.encrypt(PURPOSE, JSON.stringify([input, response]));
}

export function unseal({ secrets }: Pick<Services, 'secrets'>, row: KeptRow): Kept {
  const [input, response] = JSON.parse(secrets.decrypt(PURPOSE, row.sealed)) as [string, string];
  return {
    id: row.id,
    organizationId: row.organization_id,
    projectId: row.project_id,
    previousId: row.previous_id,
    input,
    response,
    createdAtMs: new Date(row.created_at).getTime(),
    expiresAtMs: new Date(row.expires_at).getTime(),
  };
}

/** About how many bytes it takes. */
export function sizeOf({ input, response }: Kept): number {
  return input.length + response.length;
}
