import { basename, matchesGlob } from 'node:path';
import type { ContainerContext, Program } from '../../program.ts';
import { ended } from '../ended.ts';
import { httpApi } from './http.ts';
import { type Logger, type LogLabels, logfmt } from './logger.ts';
import { Streams } from './streams.ts';
import { Unstartable } from './unstartable.ts';

const httpPort = 4195;
/** A container that started longer ago than this, when its program begins, is part of a seeded past. */
const seededMs = 30_000;

/** Process 1 of each container, to be ended by `kill`. */
const running = new WeakMap<ContainerContext, AbortController>();

/** `redpandadata/connect:4.49`, args `streams GLOB…`: runs each stream file under its name without extension. */
export const connectProgram: Program = {
  async run(context) {
    const seeded = Date.now() - context.startedAt.getTime() > seededMs;
    const terminated = new AbortController();
    running.set(context, terminated);
    const log: Logger = (level, message, labels, at) => context.log(logfmt(level, message, labels), at);
    const startLog = (message: string, labels?: LogLabels) => log('info', message, labels, context.startedAt);
    startLog('Running without a main config file', { benthos_version: '4.49.1' });

    const streams = new Streams(context, log);
    const server = httpApi(streams);
    using _port = context.listen(httpPort, (socket) => server.emit('connection', socket));
    startLog(`Listening for HTTP requests at: http://0.0.0.0:${httpPort}`);
    const files = streamFiles(context);
    if (typeof files === 'string') {
      context.log(`stream configuration file read error: stat ${files}: no such file or directory`);
      return 1;
    }
    startLog('Launching Redpanda Connect in streams mode, use CTRL+C to close');
    try {
      await Promise.all(files.map(([id, text]) => streams.put(id, text, { since: context.startedAt, seeded })));
      await ended(AbortSignal.any([context.signal, terminated.signal]));
      log('info', 'Received SIGTERM, the service is closing');
      return 0;
    } catch (error) {
      if (!(error instanceof Unstartable)) throw error;
      context.log(error.message);
      return 1;
    } finally {
      await streams.stop();
      server.closeAllConnections();
    }
  },

  commands: {
    /** `kill 1`: SIGTERM, whatever the signal's name. */
    kill: async (argv, { stderr }, context) => {
      const process = running.get(context);
      if (argv.at(-1) === '1' && process) process.abort();
      else stderr.write(`kill: (${argv.at(-1)}): No such process\n`);
      return argv.at(-1) === '1' ? 0 : 1;
    },
  },

  cpuCores: 0.006,
  memoryBytes: ({ args }) => (args.length > 0 ? 44 : 40) * 2 ** 20,
};

/** The stream files that the arguments name, or the path of one that does not exist. A pattern may match none. */
function streamFiles({ args, files }: ContainerContext): [id: string, text: string][] | string {
  const patterns = args.slice(args.indexOf('streams') + 1);
  const missing = patterns.find((path) => !/[*?[]/.test(path) && !files.has(path));
  if (missing !== undefined) return missing;
  return [...files]
    .filter(([path]) => patterns.some((pattern) => matchesGlob(path, pattern)))
    .map(([path, text]) => [basename(path).replace(/\.ya?ml$/, ''), text]);
}
