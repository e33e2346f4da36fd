import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { listing } from './listing.ts';

/** `gateway audit list` */
export const command = (context: Context): Command => listing(context, 'list');
