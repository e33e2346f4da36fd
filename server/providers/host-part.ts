import { GatewayError } from '../../shared/errors.ts';

/**
 * A setting that becomes part of a host name, which nothing but a name may: `evil.example/#` would lead elsewhere.
 * @param variable what it is set by.
 */
export function hostPart(value: string | undefined, variable: string): string {
  if (value !== undefined && /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})$/.test(value)) return value;
  throw new GatewayError(
    'provider_credentials',
    value ? `${variable} must have letters, digits and dashes only.` : `${variable} is not set.`,
    { hint: `Whoever runs the server must set ${variable}.` },
  );
}
