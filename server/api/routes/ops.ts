import { readFile } from 'node:fs/promises';
import type { Router } from 'express';
import { VERSION } from '../../../shared/version.ts';
import type { Services } from '../../services.ts';
import { openApiDocument } from '../openapi.ts';

const PING_TIMEOUT_MS = 2000;

/** For whoever runs the server: is it alive, can it work, what does it offer, in the words of programs. */
export function opsRoutes(router: Router, services: Services): void {
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok', version: VERSION, uptime_s: Math.floor(process.uptime()) });
  });

  router.get('/readyz', async (_request, response) => {
    const store = await storeAnswers(services);
    const checks = { store: store ? 'ok' : 'failed' };
    if (!store) response.set('retry-after', '1');
    response.status(store ? 200 : 503).json({ status: store ? 'ok' : 'unavailable', checks });
  });

  router.get('/openapi.json', (_request, response) => {
    response.json(openApiDocument(services.publicUrl));
  });

  for (const name of ['llms.txt', 'llms-full.txt']) {
    router.get(`/${name}`, async (_request, response) => {
      const text = await readFile(new URL(name, import.meta.url), 'utf8');
      response.set('cache-control', 'public, max-age=3600').type('text/plain');
      response.send(text.replaceAll('{{server}}', services.publicUrl));
    });
  }
}

async function storeAnswers({ store, log }: Pick<Services, 'store' | 'log'>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PING_TIMEOUT_MS);
  });
  try {
    await Promise.race([store.ping(), tooLate]);
    return true;
  } catch (error) {
    log.warn({ error: (error as Error).message }, 'not ready: the store does not answer');
    return false;
  } finally {
    clearTimeout(timer);
  }
}
