import { battery } from './battery.ts';
import { HOSTILE_CASES } from './cases-hostile.ts';

battery(HOSTILE_CASES);
