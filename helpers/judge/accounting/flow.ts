import type { Migration } from '../../config/schema.ts';
import { databaseLook, whereClause } from '../look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count, duration, number, percent } from '../words.ts';
import type { StreamFlow } from './observed.ts';

/** Below it a rate says nothing; only the pause counts (criteria, "Time"). */
const enoughRows = 10;

/**
 * P5.flow (plan 5.2, 5.3): after the cutover no stream pauses for longer than its limit, and its rate stays within the
 * declared band of what it was before. Less than the whole watch decides nothing, unless something is wrong already.
 */
export function judgeFlow(flows: Sightings<StreamFlow>, migration: Migration): Verdict {
  const findings = flows.seen.flatMap((flow) => flowFinding(flow, migration));
  const rows = flows.seen.reduce((sum, flow) => sum + flow.rows, 0);
  const { watch } = migration.run;
  return verdictOf([...findings, ...unseenFindings(flows.unseen)], {
    expected: `over ${duration(watch)} after the cutover no stream pauses for longer than its limit, and its rate is within ${percent(migration.limits.rate)} of the rate before`,
    pass: `${count(flows.seen.length, 'stream flows', 'streams flow')}: ${count(rows, 'row')} in ${duration(watch)}, no pause over its limit`,
    hint: 'If the topic pauses too, look at the bridge, else at the sink (plan, Troubleshooting). Was something of the new system scaled down with the old?',
  });
}

function flowFinding(flow: StreamFlow, migration: Migration): Finding[] {
  const config = migration.new.streams[flow.stream];
  if (config === undefined) return [];
  const { database, table, time, where } = config.rows;
  const terms = whereClause(where);
  const sql = `SELECT ${time} FROM ${table}${terms}${terms === '' ? ' WHERE' : ' AND'} ${time} >= '${flow.from}' ORDER BY 1`;
  const place = { subject: `${table} (${flow.stream})`, ...databaseLook(migration, database, sql) };
  const seconds = (Date.parse(flow.to) - Date.parse(flow.from)) / 1000;
  // Rows before the cutover may stand at life's own pace, on a replica that runs faster.
  const perSecond = (flow.before.rows / flow.before.seconds) * (config.storedEvery / config.every);
  const expected = perSecond * seconds;
  const words = `${count(flow.rows, 'row')} in ${duration(seconds)}, ${number(Math.round(expected))} by the rate before`;
  if (flow.longestPause !== undefined) {
    const { from, to } = flow.longestPause;
    const pause = (Date.parse(to) - Date.parse(from)) / 1000;
    const observed = `${words}; no row for ${duration(pause)} from ${from} to ${to}, limit ${duration(config.freshness)}`;
    return [{ ...place, verdict: 'fail', observed, since: from }];
  }
  const off = expected === 0 ? 0 : (flow.rows - expected) / expected;
  if (expected >= enoughRows && Math.abs(off) > migration.limits.rate) {
    const observed = `${words}: ${percent(Math.abs(off))} ${off < 0 ? 'fewer' : 'more'}`;
    return [{ ...place, verdict: 'fail', observed, since: flow.from }];
  }
  if (seconds < migration.run.watch) {
    const due = new Date(Date.parse(flow.from) + migration.run.watch * 1000).toISOString();
    const observed = `${words}: ${duration(seconds)} of ${duration(migration.run.watch)} since the cutover`;
    return [{ ...place, verdict: 'inconclusive', observed, hint: `verify again after ${due}` }];
  }
  if (flow.before.rows === 0) {
    const observed = `${words}: no row in the ${duration(flow.before.seconds)} before the cutover to compare with`;
    return [{ ...place, verdict: 'inconclusive', observed }];
  }
  return [{ ...place, verdict: 'pass', observed: words, ...(expected < 1 ? { quiet: true as const } : {}) }];
}
