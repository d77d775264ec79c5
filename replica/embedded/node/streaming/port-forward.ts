import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Kubelet, PodRef } from '../kubelet.ts';
import { bridge } from '../socket.ts';
import type { SpdyStream } from './spdy-connection.ts';
import { SpdyConnection } from './spdy-connection.ts';
import type { WebSocketChannels } from './websocket-channels.ts';

export interface ForwardTarget {
  readonly kubelet: Kubelet;
  readonly pod: PodRef;
  readonly uid: string;
}

/** Serves port-forward over SPDY: each connection is a pair of streams, data and error, told by its request id. */
export function forwardOverSpdy(transport: Duplex, target: ForwardTarget): void {
  const halves = new Map<string, SpdyStream>();
  new SpdyConnection(transport, (stream) => {
    const kind = stream.headers.get('streamtype');
    const port = Number(stream.headers.get('port'));
    if (!isPort(port) || (kind !== 'data' && kind !== 'error')) return void stream.destroy();
    const request = stream.headers.get('requestid') ?? '';
    const other = halves.get(request);
    if (!other) return void halves.set(request, stream);
    halves.delete(request);
    const [data, error] = kind === 'data' ? [stream, other] : [other, stream];
    error.resume(); // The client says nothing there but that it says nothing.
    void forward(target, port, data, error);
  });
}

/** Serves port-forward over a websocket: two channels a port, each of which begins with the port's number. */
export async function forwardOverChannels(
  channels: WebSocketChannels,
  ports: readonly number[],
  target: ForwardTarget,
): Promise<void> {
  await Promise.all(
    ports.map((port, index) => {
      const data = channels.open(2 * index);
      const error = channels.open(2 * index + 1);
      const greeting = Buffer.alloc(2);
      greeting.writeUInt16LE(port);
      data.write(greeting);
      error.write(greeting);
      // A websocket has no half-close: the client's end is the websocket's, and the pod's end is the connection's.
      return forward(target, port, data, error);
    }),
  );
  channels.close();
}

/** Whether a number can be a port. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536;
}

/** Joins a client's data stream to the pod's port until the pod has closed it; what fails is said on the error stream. */
async function forward({ kubelet, pod, uid }: ForwardTarget, port: number, data: Duplex, error: Duplex): Promise<void> {
  const complain = (problem: unknown) => {
    error.write(
      `error forwarding port ${port} to pod ${pod.pod}, uid ${uid}: ${problem instanceof Error ? problem.message : problem}`,
    );
  };
  try {
    const socket = await kubelet.connect(pod, port);
    if (data.destroyed) return void socket.destroy();
    socket.once('error', complain);
    bridge(data, socket);
    await finished(socket, { writable: false }).catch(() => {});
  } catch (problem) {
    complain(problem);
    data.end();
  }
  error.end();
  // Both have been written out before whoever called closes what they run over.
  await Promise.all([finished(data, { readable: false }), finished(error, { readable: false })]).catch(() => {});
}
