import { GatewayError } from '../shared/errors.ts';

/** Reads a flag's value that must be a whole number from 1 to `max`; throws `usage` otherwise. */
export const wholeNumber =
  (flag: string, max: number, least = 1) =>
  (text: string): number => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    if (value >= least && value <= max) return value;
    throw new GatewayError('usage', `${flag} must be a whole number from ${least} to ${max}.`, { param: flag });
  };
