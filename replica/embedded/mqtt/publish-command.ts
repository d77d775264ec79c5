import type { Command } from '../program.ts';
import { connect, MosquittoError, parseFlags, qosOf } from './client-options.ts';

/** `mosquitto_pub -t TOPIC -m MESSAGE | -n [-q QOS] [-r]` */
export const mosquittoPub: Command = async (argv, io, context) => {
  try {
    const flags = parseFlags(argv.slice(1));
    const [topic] = flags.topic;
    const message = flags['null-message'] ? '' : flags.message;
    if (topic === undefined || message === undefined) {
      throw new MosquittoError('Error: Both topic and message must be supplied.', 1);
    }
    const client = await connect(flags, context);
    try {
      await client.publishAsync(topic, message, { qos: qosOf(flags), retain: flags.retain });
      await client.endAsync();
      return 0;
    } finally {
      client.end(true);
    }
  } catch (error) {
    io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof MosquittoError ? error.exitCode : 1;
  }
};
