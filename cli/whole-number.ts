import { GatewayError } from '../shared/errors.ts';

/** Reads a flag's value that must be a whole number from 1 to `max`; throws `usage` otherwise. */
export const wholeNumber =
  (flag: string, max: number) =>
  (text: string): number => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    if (value >= 1 && value <= max) return value;
    throw new GatewayError('usage', `${flag} must be a whole number from 1 to ${max}.`, { param: flag });
  };
