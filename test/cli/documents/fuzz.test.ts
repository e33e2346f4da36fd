import { expect, test } from 'vitest';
import { type FormatName, formats } from '../../../cli/documents/index.ts';
import { roundTrip, sample } from './round-trip.ts';

const FILES = 500;
const SEED = 20_260_000;

test.each(Object.keys(formats) as FormatName[])(
  '%s: files are what they were, once what was set is taken back',
  (name) => {
    for (let seed = SEED; seed < SEED + FILES; seed++)
      expect(() => roundTrip(name, seed), `${name}, seed ${seed}:\n${sample(name, seed).text}`).not.toThrow();
  },
);
