/** Signatures that a public key verifies (RFC 7518, 8037, 9864). A symmetric one would let every holder of the "key" make tokens. */
export const PUBLIC_KEY_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
