import { GatewayError } from '../../shared/errors.ts';
import { findMember, memberValue, type Scan, valueKind } from './json-scan.ts';

export function invalid(param: string, message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param, hint: '' });
}

/** `model`: a non-empty string. */
export function readModel(scan: Scan): string {
  const value = memberValue(scan, 'model');
  if (typeof value !== 'string' || value.trim() === '') {
    throw invalid(
      'model',
      value === undefined ? 'Missing required parameter: model.' : 'model must be a non-empty string.',
    );
  }
  if (value.length > 256) throw invalid('model', 'model must have at most 256 characters.');
  if (/\p{Cc}/u.test(value)) throw invalid('model', 'model must not contain control characters.');
  return value;
}

/** `messages`: a non-empty array. What is in it is the provider's to judge. */
export function checkMessages(scan: Scan): void {
  const member = findMember(scan, 'messages');
  if (!member) throw invalid('messages', 'Missing required parameter: messages.');
  if (valueKind(scan, member) !== '[') throw invalid('messages', 'messages must be an array.');
  if (
    /^\[\s*\]$/.test(
      scan.bytes.toString('latin1', member.valueStart, Math.min(member.valueEnd, member.valueStart + 64)),
    )
  ) {
    throw invalid('messages', 'messages must have at least one message.');
  }
  if (/^\[\s*[^{\s]/.test(scan.bytes.toString('latin1', member.valueStart, member.valueStart + 64))) {
    throw invalid('messages', 'messages must be an array of objects.');
  }
}

export function readBoolean(scan: Scan, key: string): boolean {
  const value = memberValue(scan, key);
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw invalid(key, `${key} must be true or false.`);
  return value;
}

/** A whole number of at least one, or undefined when absent or null. */
export function readCount(scan: Scan, key: string): number | undefined {
  const value = memberValue(scan, key);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
    throw invalid(key, `${key} must be a whole number of at least 1.`);
  return value;
}

export function readObject(scan: Scan, key: string): Record<string, unknown> | undefined {
  const value = memberValue(scan, key);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid(key, `${key} must be an object.`);
  return value as Record<string, unknown>;
}
