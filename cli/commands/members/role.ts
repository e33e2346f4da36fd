import { Option } from 'commander';

/** `--role`; the words are the contract's, which is slow to load. */
export const roleOption = (description: string) =>
  new Option('--role <role>', description).choices(['owner', 'admin', 'developer']);

/** The JSON of one member, as `--help` shows it. */
export const ONE_MEMBER =
  '{"id":"usr_1a2b","email":"ann@example.com","display_name":"Ann","role":"developer","status":"active","created_at":"2026-01-01T00:00:00.000Z"}';
