import { connect, createServer, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import type { ContainerContext, Program } from '../../embedded/program.ts';

/** Runs a program of the replica as the process of a real container, until it ends or SIGTERM comes; then the process ends. */
export async function runAsProcess(program: Program): Promise<never> {
  const stopping = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort());
  try {
    process.exit(await program.run(containerContext(stopping.signal)));
  } catch (error) {
    console.log(error instanceof Error ? error.stack : error);
    process.exit(1);
  }
}

/** What the embedded replica's node tells a program, from what a real container has. */
function containerContext(signal: AbortSignal): ContainerContext {
  const { env } = process;
  const program = basename(process.argv[1] ?? '', '.mjs');
  const volumes = new Map<string, Map<string, unknown>>();
  return {
    namespace: env.REPLICA_NAMESPACE ?? '',
    pod: hostname(),
    container: program,
    image: program,
    args: process.argv.slice(2),
    env: env as Record<string, string>,
    files: new Map(),
    volume: (mountPath) => {
      const volume = volumes.get(mountPath) ?? new Map<string, unknown>();
      volumes.set(mountPath, volume);
      return volume;
    },
    startedAt: new Date(),
    now: () => new Date(),
    timeScale: Number(env.REPLICA_TIME_SCALE ?? 1),
    signal,
    log: (line) => console.log(line),
    listen: (port, onConnection) => {
      const server = createServer(onConnection).listen(port);
      return { [Symbol.dispose]: () => void server.close() };
    },
    dial,
  };
}

function dial(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
