import { battery } from './battery.ts';
import { PLACE_CASES } from './cases-place.ts';

battery(PLACE_CASES);
