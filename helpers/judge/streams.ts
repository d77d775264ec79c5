import type { ConnectConfig, Migration } from '../config/schema.ts';
import type { ConnectCounters, ConnectReading, ConnectStream } from '../connect/observed.ts';
import { connectLook } from './look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { count, countOf, duration, foundInstead, list, number, shorten } from './words.ts';

/** What went through a stream in the run's window, for a stream too quiet to show anything between two readings. */
export interface Passage {
  readonly instance: string;
  readonly stream: string;
  /** Records in the topics that it writes or reads. */
  readonly records: number;
  /** What arrived behind it: rows, or records consumed. Undefined for a bridge, whose records are what arrived. */
  readonly arrived?: number;
  /** What arrived: `rows`, `consumed`. */
  readonly unit: string;
  /** Messages that the window should hold by the declared interval. */
  readonly expected: number;
}

export interface StreamsObserved {
  /** Readings of every pod of every instance, the first and the second. */
  readonly first: Sightings<ConnectReading>;
  readonly second: Sightings<ConnectReading>;
  readonly passages: readonly Passage[];
}

/**
 * P1.streams (plan 1.1, "all 4 streams showing as active"): every stream of every Redpanda Connect instance is loaded,
 * active and connected on both ends, and works. Ready and active are weak evidence, they stay green through outages; the
 * counters tell the truth: what a stream received between two readings it sent, less what is in flight, its errors did not
 * grow, and it did not lose its connections over and over. Too quiet for that, it is judged by what passed in the run's window. Missing counters are inconclusive.
 */
export function judgeStreams(observed: StreamsObserved, migration: Migration): Verdict {
  const findings = Object.entries(migration.new.connect).flatMap(([name, config]) =>
    judgeInstance(name, config, observed, migration),
  );
  const streams = Object.values(migration.new.connect).reduce((sum, { streams }) => sum + streams.length, 0);
  const unseen = [...observed.first.unseen, ...observed.second.unseen];
  return verdictOf([...findings, ...unseenFindings(unseen)], {
    expected: `${count(streams, 'stream')} connected on both ends and working: what came in went out, errors did not grow, and connections held`,
    pass: `${count(streams, 'stream')} connected and working by their counters`,
    hint: 'Look for MQTT, Kafka or database errors in the instance’s log; verify that Redpanda is reachable and that no NetworkPolicy blocks it (plan, Troubleshooting).',
  });
}

function judgeInstance(
  name: string,
  config: ConnectConfig,
  observed: StreamsObserved,
  migration: Migration,
): Finding[] {
  const look = connectLook(config);
  const ours = ({ instance }: ConnectReading) => instance === name;
  const second = observed.second.seen.filter(ours);
  if (second.length === 0) {
    const unseen = observed.second.unseen.some(({ subject }) => subject === name);
    return unseen
      ? []
      : [{ subject: name, look, verdict: 'fail', observed: 'no running pod, so none of its streams runs' }];
  }
  const first = observed.first.seen.filter(ours);
  const unready = second
    .filter(({ ready }) => ready.status !== 200)
    .map(
      ({ pod, ready }): Finding => ({
        subject: `${name} (${pod})`,
        verdict: 'fail',
        observed: `/ready answers ${ready.status}: ${shorten(ready.body)}`,
        look,
      }),
    );
  const streams = config.streams.map((id): Finding => {
    const passage = observed.passages.find(({ instance, stream }) => instance === name && stream === id);
    const judged = judgeStream(id, { first, second, passage, rate: migration.limits.rate });
    return { subject: `${name}/${id}`, look, ...judged };
  });
  return [...unready, ...streams];
}

type Judged = Pick<Finding, 'verdict' | 'observed' | 'hint'>;

interface StreamEvidence {
  readonly first: readonly ConnectReading[];
  readonly second: readonly ConnectReading[];
  readonly passage: Passage | undefined;
  readonly rate: number;
}

function judgeStream(id: string, evidence: StreamEvidence): Judged {
  const pods = evidence.second.map((reading) => ({ reading, stream: reading.streams.find((one) => one.id === id) }));
  for (const { reading, stream } of pods) {
    const trouble = unconnected(reading, stream);
    if (trouble !== undefined) return trouble;
  }
  const uncounted = pods.find(({ stream }) => stream?.counters === undefined);
  if (uncounted !== undefined) {
    return inconclusive(`/metrics of ${uncounted.reading.pod} exports no counters for it; active alone shows nothing`);
  }
  const before = evidence.first.map(({ pod, streams }) => ({ pod, stream: streams.find((one) => one.id === id) }));
  const restarted = pods.find(({ reading, stream }) =>
    beganAnew(before.find(({ pod }) => pod === reading.pod)?.stream, stream),
  );
  if (restarted !== undefined || pods.length !== before.length) {
    const pod = restarted?.reading.pod ?? 'a pod';
    return inconclusive(`${pod} began anew between the two readings: nothing can be told from its counters yet`);
  }
  const now = total(pods.map(({ stream }) => stream?.counters));
  const then = total(before.map(({ stream }) => stream?.counters));
  const apart = secondsBetween(evidence.first, evidence.second);
  const uptime = Math.min(...pods.map(({ stream }) => stream?.uptimeSeconds ?? 0));
  return judgeMovement({ then, now, apart, uptime, passage: evidence.passage, rate: evidence.rate });
}

/** What is wrong with a stream before any counting: not loaded, not active, an end not connected. */
export function unconnected(reading: ConnectReading, stream: ConnectStream | undefined): Judged | undefined {
  if (stream === undefined) {
    const others = reading.streams.map(({ id }) => id);
    return fail(`${reading.pod} does not run it${foundInstead(others)}`);
  }
  if (!stream.active) return fail(`not active on ${reading.pod}`);
  const { counters } = stream;
  const loose = stream.ends.filter(({ connected }) => !connected);
  if (loose.length > 0) {
    const ends = loose.map(({ label, path }) => (label === '' || label === path ? path : `${path} (${label})`));
    return fail(`${list(ends)} not connected on ${reading.pod}${lostSoFar(loose, counters)}`);
  }
  if (counters === undefined) return undefined;
  // An end that the endpoint does not name is told by its counters.
  const isTold = (end: 'input' | 'output') => stream.ends.some(({ path }) => path.includes(end));
  if (!isTold('input') && counters.inputConnectionUp <= counters.inputConnectionLost) {
    return fail(
      `input lost ${countOf(counters.inputConnectionLost, counters.inputConnectionUp, 'connection')} on ${reading.pod}`,
    );
  }
  if (!isTold('output') && counters.outputConnectionUp <= counters.outputConnectionLost) {
    return fail(
      `output lost ${countOf(counters.outputConnectionLost, counters.outputConnectionUp, 'connection')} on ${reading.pod}`,
    );
  }
  return undefined;
}

/** A restart sets the counters to 0 and the uptime with them. */
function beganAnew(before: ConnectStream | undefined, after: ConnectStream | undefined): boolean {
  if (before?.counters === undefined || after?.counters === undefined) return true;
  return (
    after.uptimeSeconds < before.uptimeSeconds ||
    after.counters.inputReceived < before.counters.inputReceived ||
    after.counters.outputSent < before.counters.outputSent
  );
}

interface Movement {
  readonly then: ConnectCounters;
  readonly now: ConnectCounters;
  /** Seconds between the readings. */
  readonly apart: number;
  readonly uptime: number;
  readonly passage: Passage | undefined;
  readonly rate: number;
}

/**
 * Once, a broker was restarted or a link broke; twice within a few seconds nothing holds the connection. Two bridges of
 * Redpanda Connect with one client id lose some thirty a second each, until one of them wins and the other loses
 * thousands.
 */
const overAndOver = 2;
const flappingHint =
  'Does another client use its client id? A broker ends a session when another one begins with the same id, and the two take turns: look for a second Deployment of it, or a copy outside of the cluster.';

function judgeMovement({ then, now, apart, uptime, passage, rate }: Movement): Judged {
  const within = `in ${duration(apart)}`;
  const outputErrors = now.outputError - then.outputError;
  if (outputErrors > 0)
    return fail(`${count(outputErrors, 'output error')} more ${within} (${number(now.outputError)} since start)`);
  const processorErrors = now.processorError - then.processorError;
  if (processorErrors > 0) {
    return fail(
      `${count(processorErrors, 'processor error')} more ${within} (${number(now.processorError)} since start)`,
    );
  }
  for (const end of ['input', 'output'] as const) {
    const lost = now[`${end}ConnectionLost`] - then[`${end}ConnectionLost`];
    if (lost >= overAndOver)
      return { ...fail(`${end} lost its connection ${lost} times ${within}, and got it again`), hint: flappingHint };
  }
  const received = now.inputReceived - then.inputReceived;
  const sent = now.outputSent - then.outputSent;
  if (received - sent > inFlight(received, rate)) return fail(`${passed(received, sent)} ${within}`);
  const since = `since start ${duration(uptime)} ago: ${passed(now.inputReceived, now.outputSent)}`;
  if (sent > 0) return { verdict: 'pass', observed: `${passed(received, sent)} ${within}; ${since}` };
  const judged = judgePassage(passage, now, since, rate);
  return { ...judged, observed: `quiet ${within}; ${judged.observed}` };
}

/** Once, or over and over: what has been thrown off again and again is not helped by what it is connected to. */
function lostSoFar(loose: ConnectStream['ends'], counters: ConnectCounters | undefined): string {
  const told = (['input', 'output'] as const).flatMap((end) => {
    const times = counters?.[`${end}ConnectionLost`] ?? 0;
    const isLoose = loose.some(({ path }) => path.includes(end));
    return isLoose && times > 0 ? [`${end} lost its connection ${count(times, 'time')} since start`] : [];
  });
  return told.length === 0 ? '' : `; ${list(told)}`;
}

function passed(received: number, sent: number): string {
  return `received ${number(received)}, sent ${number(sent)}`;
}

/** What may be under way between input and output: one message, or for a busy stream the declared share of them. */
function inFlight(received: number, rate: number): number {
  return Math.max(1, Math.floor(received * rate));
}

/** A stream that showed nothing between the readings, by what passed in the run's window. */
function judgePassage(passage: Passage | undefined, counters: ConnectCounters, since: string, rate: number): Judged {
  if (counters.inputReceived > 1 && counters.outputSent === 0) return fail(since);
  if (passage === undefined) return inconclusive(`what passed in the window could not be counted; ${since}`);
  const { records, arrived, unit, expected } = passage;
  const what =
    arrived === undefined ? '' : `, ${unit === 'rows' ? count(arrived, 'row') : `${number(arrived)} ${unit}`}`;
  const words = `in the window ${count(records, 'record')}${what}`;
  if (arrived !== undefined && fellShort(records, arrived, rate)) return fail(`${words}; ${since}`);
  if (records > 0 && arrived !== 0) return { verdict: 'pass', observed: `${words}; ${since}` };
  if (records > 0) return inconclusive(`${words}: too few to tell; ${since}`);
  // A sensor that reports about as seldom as the window is long: then what it did since its start has to do.
  if (expected < 10 && counters.outputSent > 0) return { verdict: 'pass', observed: `${words}; ${since}` };
  return inconclusive(
    `${words}, where some ${number(Math.round(expected))} were due: nothing shows that it works; ${since}`,
  );
}

/** Below 10 records only that something arrived counts; one record may still be under way. */
function fellShort(records: number, arrived: number, rate: number): boolean {
  return records < 10 ? records > 1 && arrived === 0 : arrived < records * (1 - rate);
}

function total(counters: readonly (ConnectCounters | undefined)[]): ConnectCounters {
  const sum = (pick: (one: ConnectCounters) => number) =>
    counters.reduce((amount, one) => amount + (one === undefined ? 0 : pick(one)), 0);
  return {
    inputReceived: sum((one) => one.inputReceived),
    inputConnectionUp: sum((one) => one.inputConnectionUp),
    inputConnectionLost: sum((one) => one.inputConnectionLost),
    outputSent: sum((one) => one.outputSent),
    outputError: sum((one) => one.outputError),
    outputConnectionUp: sum((one) => one.outputConnectionUp),
    outputConnectionLost: sum((one) => one.outputConnectionLost),
    processorError: sum((one) => one.processorError),
  };
}

function secondsBetween(first: readonly ConnectReading[], second: readonly ConnectReading[]): number {
  const from = Math.min(...first.map(({ at }) => Date.parse(at)));
  const to = Math.max(...second.map(({ at }) => Date.parse(at)));
  return (to - from) / 1000;
}

function fail(observed: string): Judged {
  return { verdict: 'fail', observed };
}

function inconclusive(observed: string): Judged {
  return { verdict: 'inconclusive', observed };
}
