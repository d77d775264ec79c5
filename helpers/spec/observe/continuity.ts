import { observeGroup } from '../../broker/group.ts';
import { observeTopicSpan } from '../../broker/topic-span.ts';
import { observeLogs } from '../../cluster/logs/observe.ts';
import { observeWorkloads } from '../../cluster/workloads.ts';
import type { Migration, StreamConfig } from '../../config/schema.ts';
import { observeGaps } from '../../database/gaps.ts';
import type { RowsOfDay, StoredSpan, StreamGaps } from '../../database/observed.ts';
import { observeRowsOfDays } from '../../database/rows-of-day.ts';
import { observeStoredSpans } from '../../database/stored-span.ts';
import { edgeSeconds, type GapEvidence } from '../../judge/attribution.ts';
import type { CountedGap } from '../../judge/continuity.ts';
import { rowsBand } from '../../judge/growth.ts';
import { hopWorkloads } from '../../judge/hops.ts';
import type { Sightings } from '../../judge/verdict.ts';
import type { Span } from '../../judge/window.ts';
import type { Connections } from '../connections.ts';
import { sight } from '../sightings.ts';

/** What tells whether data came all the time, and where it was lost when it did not. */
export interface ContinuityObservations {
  /** Where each stream's rows pause for longer than its limit. */
  gaps(span: Span): Promise<Sightings<StreamGaps>>;
  /** What the broker and the cluster still know of the time of each gap. */
  gapEvidence(gaps: readonly CountedGap[], now: Date): Promise<Sightings<GapEvidence>>;
  /** Each stream's rows in each of the days, counted up to one above what is due. */
  rowsOfDays(days: readonly Span[]): Promise<Sightings<RowsOfDay>>;
  /** How far back each hypertable reaches. */
  storedSpans(): Promise<Sightings<StoredSpan>>;
}

/** A message that was sent before a gap may be logged with it: the log is read from so much earlier. */
const beforeSeconds = 60;

export function continuityObservations(migration: Migration, connections: Connections): ContinuityObservations {
  const { streams, hypertables } = migration.new;

  const topicsAround = (stream: StreamConfig, gap: Span) => {
    const siblings = Object.values(streams).filter(({ bridge }) => bridge.instance === stream.bridge.instance);
    const names = [stream.topic, ...siblings.map(({ topic }) => topic), ...(stream.oldTopic ?? [])];
    const edgeMs = edgeSeconds(stream) * 1000;
    const from = new Date(Date.parse(gap.from) + edgeMs);
    const to = new Date(Date.parse(gap.to) - edgeMs);
    return sight(
      [...new Set(names)],
      (topic) => topic,
      async (topic) => observeTopicSpan((await connections.kafka()).admin, topic, { from, to }),
    );
  };

  const group = ({ group, topic }: StreamConfig) =>
    sight(
      [group],
      (name) => name,
      async (name) => observeGroup((await connections.kafka()).admin, name, [topic]),
    );

  const workloads = (stream: StreamConfig) => {
    const refs = Object.values(hopWorkloads(stream, migration)).flat();
    return sight(
      [...new Set(refs.map(({ namespace }) => namespace))],
      (namespace) => `workloads of ${namespace}`,
      async (namespace) =>
        observeWorkloads(
          await connections.target(),
          refs.filter((ref) => ref.namespace === namespace),
        ),
    );
  };

  const evidence = async (gap: CountedGap, now: Date): Promise<GapEvidence[]> => {
    const stream = streams[gap.stream];
    if (stream === undefined) return [];
    const { bridge, sink } = hopWorkloads(stream, migration);
    const [topics, groups, states] = await Promise.all([topicsAround(stream, gap), group(stream), workloads(stream)]);
    const talkers = states.seen.filter((state) =>
      [...bridge, ...sink].some(({ namespace, name }) => namespace === state.namespace && name === state.name),
    );
    const windowSeconds = (now.getTime() - Date.parse(gap.from)) / 1000 + beforeSeconds;
    const logs = await sight(
      talkers,
      ({ namespace, name }) => `logs of ${namespace}/${name}`,
      async (workload) => observeLogs(await connections.target(), [workload], { windowSeconds, now }),
    );
    const { from, to, open } = gap;
    return [{ stream: gap.stream, from, to, open, topics, groups, workloads: states, logs }];
  };

  return {
    gaps: ({ from, to }) =>
      sight(
        Object.entries(streams),
        ([name]) => name,
        async ([name, { rows, maxGap }]) => {
          const db = await connections.database(rows.database);
          return observeGaps(db, name, rows, { from: new Date(from), to: new Date(to) }, maxGap);
        },
      ),
    gapEvidence: (gaps, now) =>
      sight(
        gaps,
        ({ stream, from }) => `${stream}, gap from ${from}`,
        (gap) => evidence(gap, now),
      ),
    rowsOfDays: (days) =>
      sight(
        Object.entries(streams),
        ([name]) => name,
        async ([name, stream]) => {
          const db = await connections.database(stream.rows.database);
          return observeRowsOfDays(db, name, stream.rows, days, rowsBand(stream, migration.limits).most);
        },
      ),
    storedSpans: () =>
      sight(
        [...new Set(hypertables.map(({ database }) => database))],
        (name) => `database ${name}`,
        async (name) =>
          observeStoredSpans(
            await connections.database(name),
            hypertables.filter(({ database }) => database === name),
          ),
      ),
  };
}
