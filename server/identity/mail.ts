import { createTransport } from 'nodemailer';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';

/** Brings a sign-in code to its person. */
export type DeliverCode = (email: string, code: string) => Promise<void>;

/**
 * By mail when SMTP_URL is set. Without it the code goes to the server's own log and nowhere else, so that whoever runs
 * the server can hand it on.
 */
export function codeDelivery({ config, log, publicUrl }: Pick<Services, 'config' | 'log' | 'publicUrl'>): DeliverCode {
  if (!config.smtpUrl) {
    return async (email, code) =>
      log.warn({ email, code }, `sign-in code for ${email}: ${code} (no SMTP_URL is set, so it was not mailed)`);
  }
  const transport = createTransport(config.smtpUrl, {
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
  } as object);
  return async (email, code) => {
    try {
      await transport.sendMail({
        from: config.mailFrom,
        to: { name: '', address: email },
        subject: `${code} is your gateway sign-in code`,
        text: `Your sign-in code for ${publicUrl} is\n\n    ${code}\n\nIt works once, for ten minutes. If you did not ask for it, ignore this mail.\n`,
      });
    } catch (cause) {
      log.error({ error: (cause as Error).message }, 'a sign-in code could not be mailed');
      throw new GatewayError('service_unavailable', 'The mail with the sign-in code could not be sent.', {
        cause,
        hint: 'Try again shortly, or ask whoever runs this server to look at its mail settings.',
      });
    }
  };
}
