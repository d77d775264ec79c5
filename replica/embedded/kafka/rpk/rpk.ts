import { parseArgs } from 'node:util';
import type { Command } from '../../program.ts';
import { KafkaClient } from '../wire/client.ts';
import { consume } from './consume.ts';
import { clusterHealth, clusterInfo, groupDescribe, groupList, topicDescribe, topicList } from './describe.ts';
import { RpkError } from './error.ts';

/** A broker that accepts and does not answer is given up after this. */
const requestTimeoutMs = 10_000;

/** `rpk …` in the broker's container: a Kafka client of the broker beside it, or of the one that --brokers names. */
export const rpk: Command = async (argv, io, context) => {
  try {
    const { words, options } = parse(argv.slice(1));
    const action = actionOf(words, options);
    const [host = 'localhost', port = '9092'] = options.brokers.split(',')[0]?.split(':') ?? [];
    const socket = await context.dial(host, Number(port)).catch(() => {
      throw new RpkError(
        `unable to request metadata: unable to dial: dial tcp ${host}:${port}: connect: connection refused`,
      );
    });
    const client = new KafkaClient(socket, { clientId: 'rpk', timeoutMs: requestTimeoutMs });
    const stop = () => client.close();
    io.signal.addEventListener('abort', stop, { once: true });
    try {
      await action(client, (text) => io.stdout.write(text), io.signal);
      return 0;
    } finally {
      io.signal.removeEventListener('abort', stop);
      client.close();
    }
  } catch (error) {
    if (io.signal.aborted) return 130;
    io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
};

interface Options {
  readonly num: string;
  readonly offset: string;
  readonly brokers: string;
  readonly format: string;
  readonly partitions: readonly string[];
  readonly printPartitions: boolean;
}

/**
 * Flags with an equals sign or without. -o -1 takes the number as rpk does, though it looks like a flag, and -p names
 * partitions to consume but asks describe to print them.
 */
function parse(argv: readonly string[]): { words: string[]; options: Options } {
  const args: string[] = [];
  for (const arg of argv) {
    const before = args.at(-1);
    if ((before === '-o' || before === '--offset') && /^-\d/.test(arg)) args[args.length - 1] = `--offset=${arg}`;
    else args.push(arg === '-p' && argv.includes('describe') ? '--print-partitions' : arg);
  }
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      num: { type: 'string', short: 'n', default: '0' },
      offset: { type: 'string', short: 'o', default: 'start' },
      brokers: { type: 'string', default: 'localhost:9092' },
      format: { type: 'string', short: 'f', default: 'json' },
      partitions: { type: 'string', short: 'p', multiple: true, default: [] },
      'print-partitions': { type: 'boolean', default: false },
    },
  });
  return { words: positionals, options: { ...values, printPartitions: values['print-partitions'] } };
}

type Action = (client: KafkaClient, print: (text: string) => void, signal: AbortSignal) => Promise<void>;

function actionOf([area = '', verb = '', ...names]: readonly string[], options: Options): Action {
  const [name] = names;
  const printing =
    (text: (client: KafkaClient) => Promise<string>): Action =>
    async (client, print) => {
      print(await text(client));
    };
  switch (`${area} ${verb}`) {
    case 'topic consume':
      if (name === undefined) throw new RpkError('rpk topic consume needs a topic');
      return (client, print, signal) =>
        consume(
          client,
          {
            topics: names,
            num: Number(options.num),
            offset: options.offset,
            partitions:
              options.partitions.length === 0
                ? undefined
                : options.partitions.flatMap((list) => list.split(',').map(Number)),
            format: options.format,
          },
          print,
          signal,
        );
    case 'topic list':
      return printing(topicList);
    case 'topic describe':
      if (name === undefined) throw new RpkError('rpk topic describe needs a topic');
      return printing((client) => topicDescribe(client, name, options.printPartitions));
    case 'group list':
      return printing(groupList);
    case 'group describe':
      if (name === undefined) throw new RpkError('rpk group describe needs a group');
      return printing((client) => groupDescribe(client, name));
    case 'cluster info':
      return printing(clusterInfo);
    case 'cluster health':
      return printing(clusterHealth);
    default:
      throw new RpkError(
        `unknown command "${[area, verb].join(' ').trim()}" for "rpk": this replica has topic consume, topic list, topic describe, group list, group describe, cluster info and cluster health`,
      );
  }
}
