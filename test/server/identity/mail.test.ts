import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DevServer, startDevServer } from './dev-server.ts';

const mails: string[] = [];
let answers = '250 taken';
let smtp: Server;
let server: DevServer;

beforeAll(async () => {
  smtp = mailServer();
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.address() as AddressInfo;
  server = await startDevServer({
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    GATEWAY_MAIL_FROM: 'Gateway <codes@gateway.example>',
  });
});
afterAll(async () => {
  await server?.close();
  smtp?.close();
});

test('with SMTP_URL the code is mailed, and is not in the log', async () => {
  expect(server.identity.embedded!.sendsMail).toBe(true);
  expect(await server.identity.sendEmailCode('reader@example.com', '127.0.0.1')).toEqual({ expiresInS: 600 });
  const mail = mails.at(-1)!;
  expect(mail).toContain('From: Gateway <codes@gateway.example>');
  expect(mail).toContain('To: reader@example.com');
  const code = /^ {4}(\d{6})\r?$/m.exec(mail)?.[1];
  expect(code).toBeDefined();
  expect(JSON.stringify(server.lines)).not.toContain(code);
  expect(await server.identity.embedded!.byEmailCode('reader@example.com', code!, '127.0.0.1')).toMatchObject({
    email: 'reader@example.com',
  });
});

test('an address that tries to be two lines is refused before any mail', async () => {
  const before = mails.length;
  await expect(server.identity.sendEmailCode('a@example.com\r\nBcc: b@example.com', '127.0.0.1')).rejects.toMatchObject(
    { code: 'invalid_request' },
  );
  expect(mails).toHaveLength(before);
});

test('a mail that cannot be sent is a failure that may pass', async () => {
  answers = '451 not now';
  await expect(server.identity.sendEmailCode('later@example.com', '127.0.0.1')).rejects.toMatchObject({
    code: 'service_unavailable',
  });
  answers = '250 taken';
});

/** As much of SMTP (RFC 5321) as taking a mail needs. */
function mailServer(): Server {
  return createServer((socket) => {
    let data: string | undefined;
    let buffered = '';
    socket.write('220 loopback\r\n');
    socket.on('data', (chunk) => {
      buffered += chunk.toString();
      for (let at = buffered.indexOf('\r\n'); at >= 0; at = buffered.indexOf('\r\n')) {
        const line = buffered.slice(0, at);
        buffered = buffered.slice(at + 2);
        if (data === undefined) {
          if (line === 'DATA') data = '';
          socket.write(line === 'DATA' ? '354 go on\r\n' : line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n');
        } else if (line === '.') {
          if (answers.startsWith('250')) mails.push(data);
          data = undefined;
          socket.write(`${answers}\r\n`);
        } else data += `${line}\r\n`;
      }
    });
    socket.on('error', () => {});
  });
}
