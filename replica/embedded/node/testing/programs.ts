import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerContext, Program } from '../../program.ts';

/** Waits for SIGTERM. */
export async function stopped(context: ContainerContext): Promise<void> {
  if (!context.signal.aborted) await once(context.signal, 'abort');
}

/** Echoes on port 7, with commands that use each of a command's streams. */
export const echoServer: Program = {
  async run(context) {
    using _ = context.listen(7, (socket) => socket.pipe(socket));
    context.log('serving');
    await stopped(context);
    return 0;
  },
  commands: {
    cat: async (_argv, io) => {
      for await (const chunk of io.stdin) if (!io.stdout.write(chunk)) await once(io.stdout, 'drain');
      return 0;
    },
    fail: async (argv, io) => {
      io.stdout.write('out\n');
      io.stderr.write('err\n');
      return Number(argv[1]);
    },
    /** Says so after a while in which it has read nothing. */
    lazy: async (_argv, io) => {
      await sleep(300);
      io.stdout.write('waited\n');
      await once(io.signal, 'abort');
      return 130;
    },
    hang: async (_argv, io) => {
      io.stdout.write('hanging\n');
      await once(io.signal, 'abort');
      return 130;
    },
  },
};
