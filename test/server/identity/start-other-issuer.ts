import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('./other-issuer.ts', import.meta.url));

/** Starts a second issuer, with its own keys, in a process of its own. */
export async function startOtherIssuer(audience: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', FILE, audience], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [issuer] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const ask = async (path: string) => {
    const response = await fetch(issuer + path);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${text}`);
    return text;
  };
  return {
    issuer,
    approve: (userCode: string, subject: string) => ask(`/approve?user_code=${userCode}&sub=${subject}`),
    /** A token signed with its key, with these claims over the right ones. */
    forge: (claims: Record<string, unknown>) => ask(`/forge?claims=${encodeURIComponent(JSON.stringify(claims))}`),
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
