import type { Integration, Surroundings } from './integration.ts';
import { launchOpenCode, type OpenCodePlaces, openCodeEffective, openCodeFiles } from './opencode.ts';
import { configFolder } from './places.ts';

/** Kilo Code's command line, made from OpenCode: kilo.ai/docs. It does not read OpenCode's own files. */
export const kilo: Integration = {
  name: 'kilo',
  aliases: ['kilocode', 'kilo-code'],
  title: 'Kilo Code',
  source: 'https://kilo.ai/docs/code-with-ai/platforms/cli',
  format: 'openai',
  program: { name: 'kilo', install: 'npm install -g @kilocode/cli' },
  homes: (at) => [places(at).folder],
  scopes: ['user', 'project'],
  files: (at, wiring) => openCodeFiles(places(at), wiring, at.cwd),
  effective: (at, read) => openCodeEffective(at, read, places(at)),
  limits: ["Completion while you type and Kilo's own cloud features do not go through the gateway."],
  shadows: ['KILO_CONFIG', 'KILO_CONFIG_CONTENT', 'KILO_CONFIG_DIR'],
  launch: (_at, wiring) => launchOpenCode(wiring, 'KILO_CONFIG_CONTENT'),
};

function places(at: Surroundings): OpenCodePlaces {
  return {
    folder: configFolder(at, 'kilo'),
    file: 'kilo',
    variable: 'KILO_CONFIG_CONTENT',
    schema: 'https://app.kilo.ai/config.json',
  };
}
