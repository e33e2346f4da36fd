import { join, resolve } from 'node:path';
import type { Integration, Surroundings } from './integration.ts';
import { launchOpenCode, type OpenCodePlaces, openCodeEffective, openCodeFiles } from './opencode.ts';
import { configFolder } from './places.ts';

/** MiMo Code, made from OpenCode: github.com/XiaomiMiMo/MiMo-Code, packages/opencode/src/config. */
export const mimo: Integration = {
  name: 'mimo',
  aliases: ['mimocode', 'mimo-code'],
  title: 'MiMo Code',
  source: 'https://github.com/XiaomiMiMo/MiMo-Code',
  format: 'openai',
  program: { name: 'mimo', install: 'npm install -g @mimo-ai/cli' },
  homes: (at) => [places(at).folder],
  scopes: ['user', 'project'],
  files: (at, wiring) => openCodeFiles(places(at), wiring, at.cwd),
  effective: (at, read) => openCodeEffective(at, read, places(at)),
  limits: ['Voice input asks a model of Xiaomi, not the gateway.'],
  shadows: ['MIMOCODE_CONFIG', 'MIMOCODE_CONFIG_CONTENT', 'MIMOCODE_CONFIG_DIR'],
  launch: (_at, wiring) => launchOpenCode(wiring, 'MIMOCODE_CONFIG_CONTENT'),
};

function places(at: Surroundings): OpenCodePlaces {
  const { MIMOCODE_HOME: moved } = at.env;
  const folder = moved ? join(resolve(at.cwd, moved), 'config') : configFolder(at, 'mimocode');
  return { folder, file: 'mimocode', variable: 'MIMOCODE_CONFIG_CONTENT' };
}
