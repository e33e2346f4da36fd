import { battery } from './battery.ts';
import { CALL_CASES } from './cases-call.ts';

battery(CALL_CASES);
