import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { listing } from './listing.ts';

/** `gateway logs [--follow]` */
export const command = (context: Context): Command => listing(context, 'logs');
