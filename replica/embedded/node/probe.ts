import { request } from 'node:http';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Container, V1Probe } from '@kubernetes/client-node';
import type { ExecIo } from './kubelet.ts';
import type { PodSocket } from './socket.ts';

/** Probes come at life's pace divided by the time scale, but not more often than this. */
const shortestPeriodMs = 1_000;
/** Until the first success a probe is tried soon and then ever later, so that a healthy pod is Ready at once. */
const firstRetryMs = 50;

interface ProbeTarget {
  readonly container: V1Container;
  readonly ip: string;
  connect(port: number): Promise<PodSocket>;
  exec(argv: readonly string[], io: ExecIo, signal: AbortSignal): Promise<number>;
}

interface ProbeOptions {
  readonly timeScale: number;
  /** Healthy or not, at each change; a probe that has not decided yet says nothing. */
  onVerdict(healthy: boolean): void;
  /** A failure, at life's pace, in a kubelet's words. */
  onFailure(message: string): void;
}

/** Probes until the signal aborts. */
export async function runProbe(
  probe: V1Probe,
  target: ProbeTarget,
  options: ProbeOptions,
  signal: AbortSignal,
): Promise<void> {
  const periodMs = Math.max(shortestPeriodMs, ((probe.periodSeconds ?? 10) * 1000) / options.timeScale);
  let retryMs = firstRetryMs;
  let verdict: boolean | undefined;
  let successes = 0;
  let failures = 0;
  // Not scaled: what a container needs to start, it needs on this machine.
  await sleep((probe.initialDelaySeconds ?? 0) * 1000, undefined, { signal });
  while (!signal.aborted) {
    const failure = await check(probe, target, signal);
    if (signal.aborted) return;
    const atPace = verdict !== undefined || retryMs >= periodMs;
    successes = failure === undefined ? successes + 1 : 0;
    // Early tries beyond the probe's own pace must not use up its failures.
    failures = failure === undefined ? 0 : failures + (atPace ? 1 : 0);
    if (failure !== undefined && atPace) options.onFailure(failure);
    if (successes >= (probe.successThreshold ?? 1) && verdict !== true) {
      verdict = true;
      options.onVerdict(true);
    } else if (failures >= (probe.failureThreshold ?? 3) && verdict !== false) {
      verdict = false;
      options.onVerdict(false);
    }
    retryMs = Math.min(retryMs * 2, periodMs);
    await sleep(verdict === undefined ? retryMs : periodMs, undefined, { signal });
  }
}

/** One try; resolves with what went wrong, if anything did. */
async function check(probe: V1Probe, target: ProbeTarget, signal: AbortSignal): Promise<string | undefined> {
  const timeout = AbortSignal.timeout((probe.timeoutSeconds ?? 1) * 1000);
  const either = AbortSignal.any([signal, timeout]);
  if (probe.httpGet) return checkHttp(probe.httpGet, target, either);
  if (probe.tcpSocket) return checkTcp(probe.tcpSocket.port, target);
  if (probe.exec) return checkExec(probe.exec.command ?? [], target, either);
  return 'the replica knows no probe of this kind';
}

async function checkHttp(
  get: NonNullable<V1Probe['httpGet']>,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<string | undefined> {
  const port = portNumber(get.port, target.container);
  const path = get.path ?? '/';
  const url = `http://${target.ip}:${port}${path}`;
  let socket: PodSocket;
  try {
    socket = await target.connect(port);
  } catch {
    return `Get "${url}": dial tcp ${target.ip}:${port}: connect: connection refused`;
  }
  const headers = { host: `${target.ip}:${port}`, 'user-agent': 'kube-probe/1.33', connection: 'close' };
  for (const header of get.httpHeaders ?? []) Object.assign(headers, { [header.name]: header.value });
  return new Promise((resolve) => {
    const asked = request({ path, headers, createConnection: () => socket, signal }, (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      resolve(status >= 200 && status < 400 ? undefined : `HTTP probe failed with statuscode: ${status}`);
    });
    asked.on('error', () => {
      const why = signal.aborted ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)' : 'EOF';
      resolve(`Get "${url}": ${why}`);
    });
    asked.on('close', () => socket.destroy());
    asked.end();
  });
}

async function checkTcp(port: number | string, target: ProbeTarget): Promise<string | undefined> {
  const number = portNumber(port, target.container);
  try {
    (await target.connect(number)).destroy();
    return undefined;
  } catch {
    return `dial tcp ${target.ip}:${number}: connect: connection refused`;
  }
}

async function checkExec(
  argv: readonly string[],
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<string | undefined> {
  const stdin = new PassThrough();
  stdin.end();
  const output = new PassThrough();
  const chunks: Buffer[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk));
  try {
    const exitCode = await Promise.race([
      target.exec(argv, { stdin, stdout: output, stderr: output, tty: false }, signal),
      aborted(signal),
    ]);
    if (exitCode === 0) return undefined;
    const text = Buffer.concat(chunks).toString().trimEnd();
    return text === '' ? `command "${argv.join(' ')}" failed with exit code ${exitCode}` : text;
  } catch (error) {
    return signal.aborted ? `command "${argv.join(' ')}" timed out` : (error as Error).message;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
}

function portNumber(port: number | string, container: V1Container): number {
  if (typeof port === 'number') return port;
  return container.ports?.find((each) => each.name === port)?.containerPort ?? Number(port);
}
