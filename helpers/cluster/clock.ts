import { notKubernetes } from '../target/answer.ts';
import type { Target } from '../target/target.ts';
import { Unobservable } from '../unobservable.ts';

/** How far the API server's clock is from this machine's. */
export interface ClockOffset {
  /** To be added to this machine's time; 0 when the difference is within what can be measured. */
  readonly offsetSeconds: number;
  /** Half the width of what can be told: HTTP dates have whole seconds, and the answer was some time under way. */
  readonly uncertaintySeconds: number;
}

/**
 * Reads the Date header of a request that costs the API server nothing. It is the first request of a run: throws
 * `Unobservable` when there is no such header, and when what answers is no Kubernetes API server.
 */
export async function observeApiClock({ kube }: Pick<Target, 'kube'>): Promise<ClockOffset> {
  const sentAt = Date.now();
  const { headers, body } = await kube.get('/version');
  const receivedAt = Date.now();
  if (!saysVersion(body)) throw notKubernetes(`get /version at ${kube.transport.server}`, body);
  const date = Date.parse(headers.date ?? '');
  if (Number.isNaN(date)) throw new Unobservable('unsupported', 'GET /version: the API server sends no Date header');
  return clockOffset({ sentAt, receivedAt, date });
}

function saysVersion(body: string): boolean {
  try {
    return typeof JSON.parse(body).gitVersion === 'string';
  } catch {
    return false;
  }
}

/** All in milliseconds since the epoch; `date` was cut to whole seconds at some moment between the two others. */
export function clockOffset(times: { sentAt: number; receivedAt: number; date: number }): ClockOffset {
  const earliest = times.date - times.receivedAt;
  const latest = times.date + 1000 - times.sentAt;
  const within = earliest <= 0 && latest >= 0;
  return {
    offsetSeconds: within ? 0 : (earliest + latest) / 2000,
    uncertaintySeconds: (latest - earliest) / 2000,
  };
}
