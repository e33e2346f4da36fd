import type { Context } from '../context.ts';
import { launchCommand } from '../launch/command.ts';

/** `gateway launch <agent> [-- args]` */
export const command = (context: Context) => launchCommand(context, undefined);
