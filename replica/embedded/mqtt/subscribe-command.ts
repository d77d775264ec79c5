import type { Command } from '../program.ts';
import { connect, MosquittoError, parseFlags, qosOf } from './client-options.ts';

const timedOut = 27; // MOSQ_ERR_TIMEOUT, the exit code after -W seconds without what was asked for

/** `mosquitto_sub -t TOPIC … [-C COUNT] [-W SECONDS] [-v]`: a line a message. */
export const mosquittoSub: Command = async (argv, io, context) => {
  try {
    const flags = parseFlags(argv.slice(1));
    if (flags.topic.length === 0) throw new MosquittoError('Error: You must specify a topic to subscribe to.', 1);
    const client = await connect(flags, context);
    try {
      return await new Promise<number>((resolve, reject) => {
        let left = flags.count === undefined ? Number.POSITIVE_INFINITY : Number(flags.count);
        const timer =
          flags.wait === undefined ? undefined : setTimeout(() => resolve(timedOut), Number(flags.wait) * 1000);
        const settle = (finish: () => void) => () => {
          clearTimeout(timer);
          finish();
        };
        io.signal.addEventListener(
          'abort',
          settle(() => resolve(130)),
          { once: true },
        );
        client.on(
          'close',
          settle(() => reject(new MosquittoError('Error: The connection was lost.', 7))),
        );
        client.on('message', (topic, payload) => {
          if (left <= 0) return;
          io.stdout.write(`${flags.verbose ? `${topic} ` : ''}${payload.toString('utf8')}\n`);
          left -= 1;
          if (left <= 0) settle(() => resolve(0))();
        });
        client.subscribe([...flags.topic], { qos: qosOf(flags) });
      });
    } finally {
      client.end(true);
    }
  } catch (error) {
    io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof MosquittoError ? error.exitCode : 1;
  }
};
