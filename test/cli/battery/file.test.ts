import { battery } from './battery.ts';
import { FILE_CASES } from './cases-file.ts';

battery(FILE_CASES);
