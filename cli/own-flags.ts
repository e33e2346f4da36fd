import type { Context } from './context.ts';

/** The flags that a follow-up command must carry to mean the same profile: ` --profile work`, or nothing. */
export function ownFlags(context: Context): string {
  const { profile, profileSource } = context.settings;
  return profileSource === 'flag' ? ` --profile ${profile}` : '';
}
