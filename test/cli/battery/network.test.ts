import { battery } from './battery.ts';
import { NETWORK_CASES } from './cases-network.ts';

battery(NETWORK_CASES);
