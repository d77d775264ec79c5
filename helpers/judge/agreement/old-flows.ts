import type { TopicState } from '../../broker/observed.ts';
import type { Migration } from '../../config/schema.ts';
import type { StreamRows } from '../../database/observed.ts';
import { judgeNewest } from '../freshness.ts';
import { psqlLook, rpkLook, whereClause } from '../look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count, duration, foundInstead } from '../words.ts';

/** The old system's topics and tables at one time. */
export interface OldReading {
  readonly topics: Sightings<TopicState>;
  /** By the old stream's name. */
  readonly rows: Sightings<StreamRows>;
}

/**
 * P3.old-flows (plan 3.1): each old topic and table got data within its stream's limit, and none goes back between two
 * readings. The settings' table is written only when a value changes, so its topic alone is judged.
 */
export function judgeOldFlows(first: OldReading, second: OldReading, migration: Migration): Verdict {
  const { streams, settings } = migration.old;
  const topics = new Map(Object.values(streams).map(({ topic, freshness }) => [topic, freshness]));
  if (settings !== undefined) topics.set(settings.topic, settings.freshness);
  const findings = [
    ...[...topics].flatMap(([topic, limit]) => topicFindings(topic, limit, first, second, migration)),
    ...Object.keys(streams).flatMap((stream) => tableFindings(stream, first, second, migration)),
  ];
  const unseen = [first, second].flatMap(({ topics: of, rows }) => [...of.unseen, ...rows.unseen]);
  const limits = [...new Set(topics.values())].map(duration).join(' or ');
  return verdictOf([...findings, ...unseenFindings(unseen)], {
    expected: `the newest record of each old topic and the newest row of each old table are younger than ${limits}`,
    pass: `${count(topics.size, 'old topic')} and ${count(Object.keys(streams).length, 'old table')} receive data`,
    hint: 'Look at the old input’s log, then at the old sink’s: a comparison with a system that stands still proves nothing.',
  });
}

function topicFindings(
  topic: string,
  limit: number,
  first: OldReading,
  second: OldReading,
  migration: Migration,
): Finding[] {
  const state = second.topics.seen.find((one) => one.topic === topic);
  if (state === undefined) return [];
  const look = rpkLook(migration.new.kafka, `topic consume ${topic} --num=1 --offset=-1`);
  if (!state.exists) {
    const observed = `the topic does not exist${foundInstead(state.foundInstead)}`;
    return [{ subject: topic, verdict: 'fail', observed, look }];
  }
  const ends = (of: TopicState | undefined) => of?.partitions.reduce((sum, { highOffset }) => sum + highOffset, 0);
  const before = ends(first.topics.seen.find((one) => one.topic === topic));
  const grown = before === undefined ? undefined : (ends(state) ?? 0) - before;
  if (grown !== undefined && grown < 0) {
    const observed = `its end went back by ${count(-grown, 'record')} between two readings: was it made anew?`;
    return [{ subject: topic, verdict: 'fail', observed, look }];
  }
  const age = { at: state.newestAt, ageSeconds: state.newestAgeSeconds };
  if (state.partitions.every(({ lowOffset, highOffset }) => lowOffset === highOffset)) {
    return [{ subject: topic, verdict: 'fail', observed: 'the topic holds no record', look }];
  }
  const judged = judgeNewest({ subject: topic, what: 'record', limit, ...age, look }, migration);
  const came = grown === undefined ? '' : `, ${count(grown, 'record')} between two readings`;
  return [{ ...judged, observed: `${judged.observed}${came}` }];
}

function tableFindings(stream: string, first: OldReading, second: OldReading, migration: Migration): Finding[] {
  const config = migration.old.streams[stream];
  const state = second.rows.seen.find((one) => one.stream === stream);
  if (config === undefined || state === undefined) return [];
  const subject = `${config.table} (${stream})`;
  const where = whereClause(config.where);
  const look = psqlLook(migration.old.database, `SELECT now(), max(${config.time}) FROM ${config.table}${where}`);
  if (!state.exists) return [{ subject, verdict: 'fail', observed: 'the table does not exist', look }];
  if (state.newestAt === undefined) {
    return [{ subject, verdict: 'fail', observed: `the table holds no row${where}`, look }];
  }
  const age = { at: state.newestAt, ageSeconds: state.newestAgeSeconds };
  const judged = judgeNewest({ subject, what: 'row', limit: config.freshness, ...age, look }, migration);
  const before = first.rows.seen.find((one) => one.stream === stream)?.newestAt;
  const moved = before === undefined ? 0 : (Date.parse(state.newestAt) - Date.parse(before)) / 1000;
  if (moved < 0) {
    const observed = `its newest row went back by ${duration(moved)} between two readings: who deletes there?`;
    return [{ subject, verdict: 'fail', observed, look }];
  }
  return [judged];
}
