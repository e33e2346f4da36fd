import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { listing } from './listing.ts';

/** `gateway logs list` */
export const command = (context: Context): Command => listing(context, 'list');
