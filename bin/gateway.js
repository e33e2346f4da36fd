#!/usr/bin/env node
// CommonJS, as node loads it sooner than a module; the command line itself is modules.
let main;
try {
  ({ main } = require('../dist/cli/main.js'));
} catch (error) {
  if (error?.code !== 'MODULE_NOT_FOUND' || !String(error.message).includes('dist')) throw error;
  process.stderr.write('gateway is not built yet. Run `npm run build` first.\n');
  process.exitCode = 1;
}
main?.();
