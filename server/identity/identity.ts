import type { RequestListener } from 'node:http';
import type { discovery } from '../../shared/contracts/account.ts';
import type { Reply } from '../../shared/contracts/index.ts';
import type { DeviceRequests } from './device-requests.ts';

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

/** What only the embedded issuer can do; our own pages are built on it. */
export interface EmbeddedSignIn {
  /** Devices that wait for a person to approve or deny them. */
  devices: DeviceRequests;
  /**
   * The right code for an address signs its person in, once. Throws `invalid_token` for a wrong or spent code,
   * `gone` when none is valid, `rate_limit_exceeded` after too many tries.
   */
  byEmailCode(email: string, code: string, from: string): Promise<Person>;
  /** False when codes only go to the server's own log. */
  sendsMail: boolean;
}

/** Signing a browser in to our pages with an external issuer; it is a device there. */
export interface ExternalSignIn {
  issuer: string;
  /** A sign-in to approve at `approveAt`. The ticket is opaque, and good for `complete` only. */
  start(): Promise<{ ticket: string; userCode: string; approveAt: string }>;
  /** Undefined while nobody has approved it yet. Throws `permission_denied`, `gone`, `service_unavailable`. */
  complete(ticket: string): Promise<Person | undefined>;
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
  /** What our own pages need to sign people in; undefined with an external issuer. */
  embedded: EmbeddedSignIn | undefined;
  /** The same for an external issuer; undefined with our own. */
  external: ExternalSignIn | undefined;
  /** Sends a six-digit code; rate-limited by address and by where the request came from. Throws `rate_limit_exceeded`. */
  sendEmailCode(email: string, from: string): Promise<{ expiresInS: number }>;
  close(): Promise<void>;
}
