import { Option } from 'commander';

export type Scope = 'user' | 'project';

/** `--scope user|project`: whose file is meant. */
export const scopeOption = () =>
  new Option('--scope <scope>', "whose: the user's config.json, or the project's .gateway.json")
    .choices(['user', 'project'])
    .default('user');
