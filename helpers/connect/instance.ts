import { z } from 'zod';
import { Unobservable } from '../unobservable.ts';
import { countersOf } from './counters.ts';
import type { ConnectReading, ConnectStream } from './observed.ts';
import { parseMetrics, type Sample } from './prometheus.ts';

/** GET of a path on port 4195 of one pod. Any status is an answer; throws `Unobservable` when there is none. */
export type Get = (path: string) => Promise<{ readonly status: number; readonly body: string }>;

/** `active` and `uptime` by stream id. `/streams/ID` has the config beside them, passwords included: it is never asked for. */
const streamsAnswer = z.record(z.string(), z.object({ active: z.boolean(), uptime: z.number() }));
const statusesAnswer = z.object({
  statuses: z.array(z.object({ label: z.string(), path: z.string(), connected: z.boolean() })),
});

/**
 * What one Redpanda Connect answers now. It runs either many streams (`streams`) or one (`run`), where `/ready` has the
 * statuses, samples have no stream label, and its one stream is given the name that the configuration has for it.
 *
 * @param pod.startedAt when the container started: the stream's uptime in `run` mode, where the program does not tell
 * Throws `Unobservable` when nothing answers, or something that is not Redpanda Connect.
 */
export async function readInstance(
  get: Get,
  pod: { readonly instance: string; readonly namespace: string; readonly pod: string; readonly startedAt: string },
  expectedStreams: readonly string[],
): Promise<ConnectReading> {
  const at = new Date();
  const [ready, streams, metrics] = await Promise.all([get('/ready'), get('/streams'), get('/metrics')]);
  const name = `${pod.namespace}/${pod.pod}`;
  const samples = metrics.status === 200 ? parsed(name, '/metrics', () => parseMetrics(metrics.body)) : [];
  return {
    instance: pod.instance,
    namespace: pod.namespace,
    pod: pod.pod,
    at: at.toISOString(),
    ready: { status: ready.status, body: ready.body.trim() },
    streams:
      streams.status === 404
        ? [onlyStream(name, expectedStreams, ready.body, samples, uptimeSeconds(pod.startedAt, at))]
        : await manyStreams(get, name, streams, samples),
  };
}

async function manyStreams(
  get: Get,
  name: string,
  answer: { status: number; body: string },
  samples: readonly Sample[],
): Promise<ConnectStream[]> {
  if (answer.status !== 200) throw odd(name, '/streams', `HTTP ${answer.status} ${answer.body}`);
  const streams = parsed(name, '/streams', () => streamsAnswer.parse(JSON.parse(answer.body)));
  return Promise.all(
    Object.entries(streams).map(async ([id, { active, uptime }]) => {
      const path = `/${encodeURIComponent(id)}/ready`;
      const ends = await get(path);
      return stream(
        id,
        active,
        uptime,
        ends.status === 404 ? [] : statuses(name, path, ends.body),
        countersOf(samples, id),
      );
    }),
  );
}

function onlyStream(
  name: string,
  expected: readonly string[],
  ready: string,
  samples: readonly Sample[],
  uptimeSeconds: number,
): ConnectStream {
  const [id, ...others] = expected;
  if (id === undefined || others.length > 0) {
    throw new Unobservable(
      'unsupported',
      `${name} runs one stream (\`run\`), and ${expected.length} are configured for it`,
      {
        hint: 'start it with `streams`, or name one stream of it in migration.yaml',
      },
    );
  }
  return stream(id, true, uptimeSeconds, statuses(name, '/ready', ready), countersOf(samples, undefined));
}

function stream(
  id: string,
  active: boolean,
  uptimeSeconds: number,
  ends: ConnectStream['ends'],
  counters: ConnectStream['counters'],
): ConnectStream {
  return { id, active, uptimeSeconds, ends, ...(counters === undefined ? {} : { counters }) };
}

function statuses(name: string, path: string, body: string): ConnectStream['ends'] {
  return parsed(name, path, () => statusesAnswer.parse(JSON.parse(body))).statuses;
}

function uptimeSeconds(startedAt: string, now: Date): number {
  return (now.getTime() - Date.parse(startedAt)) / 1000;
}

function parsed<T>(name: string, path: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw odd(name, path, cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause), cause);
  }
}

function odd(name: string, path: string, observed: string, cause?: unknown): Unobservable {
  return new Unobservable(
    'unsupported',
    `${name}: GET ${path} is not answered as Redpanda Connect does: ${observed.slice(0, 300)}`,
    {
      hint: 'is the port of this instance in migration.yaml that of its HTTP API?',
      cause,
    },
  );
}
