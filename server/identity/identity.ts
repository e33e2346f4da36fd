import type { RequestListener } from 'node:http';
import type { Reply } from '../../shared/contracts/index.ts';
import type { discovery } from '../../shared/contracts/account.ts';

/** A person who proved who they are, with the organisation and project they act in. */
export interface Person {
  userId: string;
  displayName: string;
  email: string | null;
  /** Who they are at whoever signed them in. */
  subject: string;
  status: string;
  /** True for the one who runs this server: only they grant credit by hand. */
  isOwner: boolean;
  organization: { id: string; name: string };
  project: { id: string; name: string };
  role: 'owner' | 'admin' | 'developer';
}

/** Signing in: by the embedded issuer or an external one. */
export interface Identity {
  /** The body of GET /api/v1/auth/discovery. An external issuer's is read from its own discovery document and cached. */
  discovery(): Promise<Reply<typeof discovery>>;
  /**
   * A valid access token of the issuer, for our audience, becomes a person (made with an organisation of their own on
   * first sight). Throws `invalid_token` otherwise, `service_unavailable` when the issuer's keys cannot be had.
   */
  authenticate(accessToken: string): Promise<Person>;
  /** The embedded issuer's endpoints under /oidc and /.well-known; undefined with an external issuer. */
  issuer: RequestListener | undefined;
  /** Sends a six-digit code; rate-limited by address and by where the request came from. Throws `rate_limit_exceeded`. */
  sendEmailCode(email: string, from: string): Promise<{ expiresInS: number }>;
  close(): Promise<void>;
}
