import { battery } from './battery.ts';
import { ANSWER_CASES } from './cases-answer.ts';

battery(ANSWER_CASES);
