import type { Migration, StreamConfig } from '../config/schema.ts';
import { databaseLook, whereClause } from './look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { count, duration, number, percent } from './words.ts';

/** Records of a stream's topic and rows of its table over the same stretch of time. */
export interface Pace {
  readonly stream: string;
  /** `the last 1 h`, `between two readings` */
  readonly over: string;
  readonly from: string;
  /** Seconds judged: without planned outages. */
  readonly seconds: number;
  readonly records: number;
  readonly rows: number;
  /** Records that the stream's group had not committed: they may have no row yet. Undefined when that is not known. */
  readonly inFlight: number | undefined;
  /** Ends of the stretch: at each a record and its row can fall on different sides. */
  readonly edges: number;
}

/** Below it a rate says nothing; only that something came counts (criteria, "Time"). */
const enoughMessages = 10;

/**
 * P1.rows-keep-pace: over the window and between two readings rows grew by what the topic grew by, less what is in
 * flight. With fewer than 10 messages expected, only that rows came counts. Ten rows and more beyond the records, and
 * beyond the declared rate, fail as well: something else writes, or a sink replays.
 */
export function judgePace(paces: Sightings<Pace>, migration: Migration): Verdict {
  const findings = paces.seen.flatMap((pace): Finding[] => {
    const config = migration.new.streams[pace.stream];
    if (config === undefined) return [];
    const { table, time, database, where } = config.rows;
    const terms = whereClause(where);
    const sql = `SELECT count(*) FROM ${table}${terms}${terms === '' ? ' WHERE' : ' AND'} ${time} >= '${pace.from}'`;
    const look = databaseLook(migration, database, sql);
    const subject = `${table} (${pace.stream}), ${pace.over}`;
    return [{ subject, ...judgeStretch(pace, config, migration.limits.rate), ...look }];
  });
  const records = paces.seen.reduce((sum, pace) => sum + pace.records, 0);
  const rows = paces.seen.reduce((sum, pace) => sum + pace.rows, 0);
  return verdictOf([...findings, ...unseenFindings(paces.unseen)], {
    expected:
      'rows grow by what their topic grows by, less what is in flight; below 10 expected messages, that rows come',
    pass: `${count(records, 'record')}, ${count(rows, 'row')}`,
    hint: 'The topic has what the table lacks: read the sink’s log for rejected records, and the group’s lag. If records are missing too, look at the bridge (plan, Troubleshooting).',
  });
}

function judgeStretch(pace: Pace, config: StreamConfig, rate: number): Pick<Finding, 'verdict' | 'observed' | 'quiet'> {
  const { records, rows, inFlight, edges, seconds } = pace;
  const expected = seconds / config.every;
  const due = `some ${number(Math.round(expected))} due in ${duration(seconds)}`;
  const words = `${count(records, 'record')}, ${count(rows, 'row')}${inFlight ? `, ${number(inFlight)} in flight` : ''} (${due})`;
  if (records === 0 && rows === 0) {
    if (expected < enoughMessages)
      return { verdict: 'pass', observed: `${words}: nothing to keep pace with`, quiet: true };
    return { verdict: 'inconclusive', observed: `${words}: nothing to keep pace with` };
  }
  const surplus = rows - records;
  if (surplus > edges && surplus >= enoughMessages && surplus > records * rate) {
    const share = records < enoughMessages ? number(surplus) : percent(surplus / records);
    return { verdict: 'fail', observed: `${words}: ${share} more rows than records` };
  }
  const missing = records - rows - (inFlight ?? 0);
  if (inFlight === undefined && missing > edges) {
    return { verdict: 'inconclusive', observed: `${words}; what is in flight is not known` };
  }
  if (records < enoughMessages) {
    if (rows > 0 || missing <= 0) return { verdict: 'pass', observed: words };
    if (records > edges) return { verdict: 'fail', observed: `${words}: no row came` };
    return { verdict: 'pass', observed: `${words}: too few to tell`, quiet: true };
  }
  if (missing > edges) return { verdict: 'fail', observed: `${words}: ${count(missing, 'row')} missing` };
  return { verdict: 'pass', observed: words };
}
