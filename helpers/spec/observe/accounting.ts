import { recordsBetween } from '../../broker/topic.ts';
import type { StateCapture } from '../../capture/schema.ts';
import type { Migration } from '../../config/schema.ts';
import { observeGaps } from '../../database/gaps.ts';
import { countRows } from '../../database/stream-rows.ts';
import { heardSpans } from '../../judge/accounting/heard.ts';
import type { MqttHop, StreamAccount, StreamFlow } from '../../judge/accounting/observed.ts';
import type { Sightings } from '../../judge/verdict.ts';
import type { ListenEntry } from '../../listen/schema.ts';
import { Unobservable } from '../../unobservable.ts';
import type { Connections } from '../connections.ts';
import { sight } from '../sightings.ts';
import { accountStream } from './account-stream.ts';

/** The rate before the cutover is that of a day: a household's sensors do not all report evenly. */
const rateSeconds = 86_400;

/** What can be observed of the new system since the cutover. */
export interface AccountingObservations {
  accounts(capture: StateCapture, to: Date): Promise<Sightings<StreamAccount>>;
  mqttHops(heard: readonly ListenEntry[], since: string): Promise<Sightings<MqttHop>>;
  /** The rows of each stream from the cutover on, at most over the watch, beside those of a day before it. */
  flows(cutoverAt: Date, now: Date): Promise<Sightings<StreamFlow>>;
}

export function accountingObservations(migration: Migration, connections: Connections): AccountingObservations {
  const streams = Object.entries(migration.new.streams);
  return {
    accounts: (capture, to) =>
      sight(
        streams,
        ([stream]) => stream,
        async ([stream, config]) => {
          const captured = capture.topics.find(({ topic }) => topic === config.topic);
          if (captured === undefined) {
            throw new Unobservable(
              'history',
              `the state captured at ${capture.at} says nothing of topic ${config.topic}`,
            );
          }
          const db = await connections.database(config.rows.database);
          return accountStream({ kafka: await connections.kafka(), db, stream, config }, captured, to);
        },
      ),
    mqttHops: (heard, since) =>
      sight(
        heardSpans(heard, since),
        ({ stream }) => stream,
        async (span) => {
          const topic = migration.new.streams[span.stream]?.topic;
          if (topic === undefined)
            throw new Unobservable('history', 'migration.yaml does not have the stream any more');
          const { admin } = await connections.kafka();
          return { ...span, records: await recordsBetween(admin, topic, new Date(span.from), new Date(span.to)) };
        },
      ),
    flows: (cutoverAt, now) =>
      sight(
        streams,
        ([stream]) => stream,
        async ([stream, { rows, freshness }]) => {
          const db = await connections.database(rows.database);
          const watched = now.getTime() - migration.run.watch * 1000;
          const from = new Date(Math.max(watched, cutoverAt.getTime()));
          const before = { from: new Date(cutoverAt.getTime() - rateSeconds * 1000), to: cutoverAt };
          const [gaps, rowsNow, rowsBefore] = await Promise.all([
            observeGaps(db, stream, rows, { from, to: now }, freshness),
            countRows(db, rows, { from, to: now }),
            countRows(db, rows, before),
          ]);
          const [longest] = [...gaps.gaps].sort((a, b) => length(b) - length(a));
          return {
            stream,
            from: from.toISOString(),
            to: now.toISOString(),
            rows: rowsNow,
            before: { seconds: rateSeconds, rows: rowsBefore },
            ...(longest === undefined ? {} : { longestPause: { from: longest.from, to: longest.to } }),
          };
        },
      ),
  };
}

function length({ from, to }: { readonly from: string; readonly to: string }): number {
  return Date.parse(to) - Date.parse(from);
}
