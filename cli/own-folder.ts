import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * Makes the CLI's own folder, or makes it its owner's alone. A folder that was named by GATEWAY_CONFIG_DIR may hold other
 * things: its mode is not ours to change.
 */
export function makeOwnFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (basename(folder) === '.gateway' && (statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
}
