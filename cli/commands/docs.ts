import { GatewayError } from '../../shared/errors.ts';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';
import { TOPICS, textOf } from '../docs/topics.ts';
import { nearest } from '../nearest.ts';
import type { Paint } from '../paint.ts';
import { factLines } from '../table.ts';

/** `gateway docs [topic]`: nothing is read from the network. */
export const command = (context: Context) =>
  make('docs', {
    example: 'gateway docs quickstart',
    prints:
      '{"topic":"quickstart","text":"From nothing to a first answer\\n…"}; without a topic, [{"topic","summary"}, …]',
    output: async () => {
      const { z } = await import('zod');
      const topic = z.string();
      return z.union([
        z.object({ topic, text: z.string() }),
        z.array(z.object({ topic, summary: z.string() })).describe('without a topic'),
      ]);
    },
  })
    .argument('[topic]', 'what to read about; without it, the topics are listed')
    .action(async (word?: string) => {
      if (word === undefined) return listTopics(context);
      const topic = TOPICS.find((each) => each.topic === word.toLowerCase())?.topic;
      if (!topic) throw unknownTopic(word);
      const text = await textOf(topic);
      await context.show({ topic, text }, (_safe, paint) => painted(text, paint));
    });

function listTopics(context: Context): Promise<void> {
  return context.show([...TOPICS], (topics, paint) =>
    [
      factLines(
        paint,
        topics.map(({ topic, summary }) => [topic, summary]),
      ),
      '',
      `Read one: ${paint.cyan('gateway docs quickstart')}`,
    ].join('\n'),
  );
}

function unknownTopic(word: string): GatewayError {
  const names = TOPICS.map(({ topic }) => topic);
  const near = nearest(word.toLowerCase(), names);
  return new GatewayError('usage', `There is no topic "${word}".`, {
    param: '<topic>',
    hint: `${near ? `Did you mean ${near}? ` : ''}There are: ${names.join(', ')}.`,
    next: [{ command: near ? `gateway docs ${near}` : 'gateway docs', when: 'to read about it' }],
  });
}

/** The heading bold, command lines in colour. */
function painted(text: string, paint: Paint): string {
  const [heading = '', ...lines] = text.split('\n');
  return [
    paint.bold(heading),
    ...lines.map((line) =>
      line.replace(
        /^( {2})(gateway .*?)( {2,}.*)?$/,
        (_, lead: string, command: string, rest = '') => lead + paint.cyan(command) + rest,
      ),
    ),
  ].join('\n');
}
