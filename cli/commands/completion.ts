import { Argument } from 'commander';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';

const SCRIPTS = {
  bash: async () => (await import('../completion/scripts/bash.ts')).BASH,
  zsh: async () => (await import('../completion/scripts/zsh.ts')).ZSH,
  fish: async () => (await import('../completion/scripts/fish.ts')).FISH,
  powershell: async () => (await import('../completion/scripts/powershell.ts')).POWERSHELL,
};
type Shell = keyof typeof SCRIPTS;

const NOTES = `To load it in every new shell:
  bash        echo 'eval "$(gateway completion bash)"' >> ~/.bashrc
  zsh         echo 'source <(gateway completion zsh)' >> ~/.zshrc
  fish        gateway completion fish > ~/.config/fish/completions/gateway.fish
  powershell  gateway completion powershell >> $PROFILE
Take the line or the file away to undo it. It completes commands and flags, and
what the server and your files know: keys, models, projects, profiles. The
server is asked at most once in five minutes.`;

/** `gateway completion <shell>` */
export const command = (context: Context) =>
  make('completion', {
    example: 'gateway completion bash --json',
    prints: '{"shell":"bash","script":"# bash completion for gateway\\n_gateway_complete() {…}\\n…"}',
    output: async () => {
      const { z } = await import('zod');
      return z.object({ shell: z.enum(Object.keys(SCRIPTS) as Shell[]), script: z.string() });
    },
    notes: NOTES,
  })
    .addArgument(new Argument('<shell>', 'whose script').choices(Object.keys(SCRIPTS)))
    .action(async (shell: Shell) => {
      const script = await SCRIPTS[shell]();
      // as it is: the script is code, in which nothing may be made visible
      if (context.json) await context.show({ shell, script }, () => script);
      else await context.write(script);
    });
