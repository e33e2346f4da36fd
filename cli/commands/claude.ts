import type { Context } from '../context.ts';
import { launchCommand } from '../launch/command.ts';

/** `gateway claude [args]` is `gateway launch claude -- [args]`. */
export const command = (context: Context) => launchCommand(context, 'claude');
