#!/usr/bin/env node
try {
  const { main } = await import('../dist/cli/main.js');
  await main();
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('dist')) throw error;
  process.stderr.write('gateway is not built yet. Run `npm run build` first.\n');
  process.exitCode = 1;
}
