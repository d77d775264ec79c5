import type { TopicState } from '../broker/observed.ts';
import type { Migration } from '../config/schema.ts';
import type { StreamRows } from '../database/observed.ts';
import { databaseLook, rpkLook, whereClause } from './look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { judgedSeconds, type PlannedOutage, windowBetween } from './window.ts';
import { age, count, duration, foundInstead } from './words.ts';

/** The newest record of a topic, or row of a table, and how old it may be. */
export interface Newest {
  readonly subject: string;
  readonly what: 'record' | 'row';
  readonly limit: number;
  readonly at: string | undefined;
  readonly ageSeconds: number | undefined;
  readonly look?: string;
}

/**
 * P1.topics-fresh (plan 1.2): each stream's topic exists and its newest record is younger than the stream's limit, by
 * the broker's clock. Time in planned maintenance does not count; a record from the future fails.
 */
export function judgeTopicsFresh(topics: Sightings<TopicState>, migration: Migration): Verdict {
  const findings = Object.entries(migration.new.streams).flatMap(([stream, config]): Finding[] => {
    const topic = topics.seen.find((state) => state.topic === config.topic);
    if (topic === undefined) return [];
    const subject = `${config.topic} (${stream})`;
    const look = rpkLook(migration.new.kafka, `topic consume ${config.topic} --num=1 --offset=-1`);
    if (!topic.exists) {
      const observed = `the topic does not exist${foundInstead(topic.foundInstead)}`;
      return [{ subject, verdict: 'fail', observed, look: rpkLook(migration.new.kafka, 'topic list') }];
    }
    if (topic.partitions.every(({ lowOffset, highOffset }) => lowOffset === highOffset)) {
      return [{ subject, verdict: 'fail', observed: 'the topic holds no record', look }];
    }
    const newest = { at: topic.newestAt, ageSeconds: topic.newestAgeSeconds };
    return [judgeNewest({ subject, what: 'record', limit: config.freshness, ...newest, look }, migration)];
  });
  return verdictOf([...findings, ...unseenFindings(topics.unseen)], {
    expected: `the newest record of each topic is younger than its limit (${limits(migration)}) and not stamped ahead of the clock`,
    pass: `${count(findings.length, 'topic')} fresh: ${range(topics.seen.map((topic) => topic.newestAgeSeconds))}`,
    hint: 'Look for MQTT connection errors in the bridge’s log, then whether the sensor publishes at all, and whether the broker is reachable (plan, Troubleshooting).',
  });
}

/**
 * P1.tables-fresh (plan 1.2): each stream's newest row, told by its own column values in a shared table, is younger
 * than the stream's limit, by the database's clock. Time in planned maintenance does not count.
 */
export function judgeTablesFresh(rows: Sightings<StreamRows>, migration: Migration): Verdict {
  const findings = rows.seen.flatMap((state): Finding[] => {
    const config = migration.new.streams[state.stream];
    if (config === undefined) return [];
    const subject = `${state.table} (${state.stream})`;
    const where = whereClause(config.rows.where);
    const sql = `SELECT now(), max(${config.rows.time}) FROM ${state.table}${where}`;
    const look = databaseLook(migration, config.rows.database, sql);
    if (!state.exists) {
      const tables = databaseLook(migration, config.rows.database, '\\\\dt');
      return [{ subject, verdict: 'fail', observed: 'the table does not exist', ...tables }];
    }
    if (state.newestAt === undefined) {
      return [{ subject, verdict: 'fail', observed: `the table holds no row${where}`, ...look }];
    }
    const newest = { at: state.newestAt, ageSeconds: state.newestAgeSeconds };
    return [judgeNewest({ subject, what: 'row', limit: config.freshness, ...newest, ...look }, migration)];
  });
  return verdictOf([...findings, ...unseenFindings(rows.unseen)], {
    expected: `the newest row of each stream is younger than its limit (${limits(migration)}) and not stamped ahead of the clock`,
    pass: `${count(findings.length, 'stream')} fresh: ${range(rows.seen.map((state) => state.newestAgeSeconds))}`,
    hint: 'If the topic is fresh, the sink is at fault: read its log and the group’s lag. If it is not, look at the bridge first.',
  });
}

/** Whether it is younger than its limit, planned maintenance aside, and not stamped ahead of the clock. */
export function judgeNewest(newest: Newest, migration: Pick<Migration, 'run' | 'maintenance'>): Finding {
  const { subject, what, at, ageSeconds, limit } = newest;
  const look = newest.look === undefined ? {} : { look: newest.look };
  if (at === undefined || ageSeconds === undefined) {
    return { subject, verdict: 'inconclusive', observed: `the age of the newest ${what} could not be told`, ...look };
  }
  if (ageSeconds < -migration.run.futureTolerance) {
    return {
      subject,
      verdict: 'fail',
      observed: `newest ${what} is stamped ${at}, ${age(ageSeconds)}: a device with a wrong clock looks fresh for ever`,
      ...look,
      hint: 'Set the clock of the device that sent it, then delete what it stamped ahead.',
    };
  }
  const planned = plannedSince(at, ageSeconds, migration.maintenance);
  const less = planned === 0 ? '' : `, ${duration(planned)} of it planned maintenance`;
  const observed = `newest ${what} ${age(ageSeconds)}${less}, limit ${duration(limit)}`;
  if (ageSeconds - planned >= limit) return { subject, verdict: 'fail', observed, since: at, ...look };
  return { subject, verdict: 'pass', observed };
}

/** Seconds of planned maintenance since a moment. */
function plannedSince(at: string, ageSeconds: number, maintenance: readonly PlannedOutage[]): number {
  if (ageSeconds <= 0) return 0;
  const from = new Date(at);
  const window = windowBetween(from, new Date(from.getTime() + ageSeconds * 1000), maintenance);
  return window.seconds - judgedSeconds(window);
}

function limits(migration: Migration): string {
  return Object.entries(migration.new.streams)
    .map(([stream, { freshness }]) => `${stream} ${duration(freshness)}`)
    .join(', ');
}

function range(ages: readonly (number | undefined)[]): string {
  const known = ages.filter((seconds) => seconds !== undefined);
  if (known.length === 0) return 'none';
  const [youngest, oldest] = [duration(Math.min(...known)), duration(Math.max(...known))];
  return `newest ${youngest === oldest ? oldest : `${youngest} to ${oldest}`} old`;
}
