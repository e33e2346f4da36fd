/**
 * The entry. `--version` is answered before anything else is loaded, not even another file of ours: it must cost what
 * `node -e 0` costs. Everything else is in `run.ts`.
 */
declare const __GATEWAY_VERSION__: string;

/** Runs the command line of this process and ends it with the exit code. */
export async function main(): Promise<void> {
  const [first, second] = process.argv.slice(2);
  if ((first === '--version' || first === '-V') && second === undefined && !process.env.GATEWAY_JSON) {
    process.stdout.write(`${__GATEWAY_VERSION__}\n`);
    return;
  }
  const { run } = await import('./run.ts');
  await run(process);
}
