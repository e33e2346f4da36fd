import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { pino } from 'pino';
import { readConfig } from '../../../server/config.ts';
import { consoleRoutes } from '../../../server/console/routes.ts';
import { bootstrap } from '../../../server/identity/bootstrap.ts';
import { createIdentity } from '../../../server/identity/create-identity.ts';
import { createSecrets } from '../../../server/identity/secrets.ts';
import { openStore } from '../../../server/store/store.ts';

/** The identity rooms and the pages on a port of their own, on an empty embedded database. */
export type DevServer = Awaited<ReturnType<typeof startDevServer>>;

type Env = Record<string, string>;

/** @param env the server's configuration, as variables. */
export async function startDevServer(env: Env = {}) {
  const services = await startStore(env);
  const { config, log, store, secrets } = services;
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const publicUrl = config.publicUrl ?? url;
  await bootstrap(services);
  const identity = await createIdentity({ config, publicUrl, log, store, secrets });
  app.set('trust proxy', config.trustProxy);
  if (identity.issuer) app.use(['/oidc', '/.well-known'], identity.issuer);
  app.use(consoleRoutes({ config, publicUrl, log, store, secrets, identity }));
  return {
    ...services,
    /** Where it really listens. */
    url,
    publicUrl,
    identity,
    async close() {
      await identity.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await services.closeStore();
    },
  };
}

/** A store with its secrets, and a log that tests can read. */
export async function startStore(env: Env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-identity-'));
  const config = readConfig(
    { GATEWAY_DATA_DIR: folder, GATEWAY_SECRET: 'a secret of these tests, 32 or more', ...env },
    folder,
  );
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const store = await openStore({ config, log });
  const secrets = createSecrets(config.secret!);
  return {
    config,
    log,
    lines,
    store,
    secrets,
    /** The newest sign-in code that the log shows for an address. */
    codeFor: (email: string): string => {
      const line = lines.findLast((entry) => entry.email === email && entry.code);
      if (!line) throw new Error(`no code was logged for ${email}`);
      return String(line.code);
    },
    async closeStore() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Signs somebody in with an e-mail code, without any page. */
export async function signInByEmail({ identity, codeFor }: DevServer, email: string) {
  await identity.sendEmailCode(email, '127.0.0.1');
  return identity.embedded!.byEmailCode(email, codeFor(email), '127.0.0.1');
}
