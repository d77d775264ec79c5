import type { Migration } from '../config/schema.ts';
import type { DatabaseSize, HypertableSize, RetentionState, StoredSpan } from '../database/observed.ts';
import { databaseLook } from './look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { bytes, count, days, duration, list, percent } from './words.ts';

const daySeconds = 86_400;
/** Fewer days tell little of what a table grows by: a week has its own pattern, and a chunk is a week long by default. */
const leastDays = 7;

export interface RetentionFit {
  readonly sizes: Sightings<HypertableSize>;
  readonly spans: Sightings<StoredSpan>;
  readonly policies: Sightings<RetentionState>;
  readonly databases: Sightings<DatabaseSize>;
}

/** What a table will take once it is as old as its policy lets it become. */
interface Projection {
  readonly table: string;
  readonly database: string;
  readonly sizeBytes: number;
  readonly storedDays: number;
  readonly perDayBytes: number;
  readonly keptDays: number;
  readonly atAgeBytes: number;
}

/**
 * PM.retention (plan, "Optimize Retention Policies"): of each hypertable its size, what it grows by a day, and its size at
 * the age of its policy; of each database that all of this, with whatever else it holds, stays below the declared share
 * of its volume. What to do follows from it: keep the policies, or shorten them to so many days.
 */
export function judgeRetentionFit({ sizes, spans, policies, databases }: RetentionFit, migration: Migration): Verdict {
  const { hypertables } = migration.new;
  const { volumeShare } = migration.limits;
  const judged = hypertables.flatMap(({ table, database }): (Finding | Projection)[] => {
    const size = sizes.seen.find((one) => one.table === table);
    const span = spans.seen.find((one) => one.table === table);
    const policy = policies.seen.find((one) => one.table === table);
    if (size === undefined || span === undefined || policy === undefined) return [];
    const look = databaseLook(migration, database, `SELECT pg_size_pretty(hypertable_size('${table}'))`);
    const seen = projectionOf(database, size, span, policy);
    return ['table' in seen ? seen : { subject: table, ...look, ...seen }];
  });
  const projections = judged.filter((one) => 'table' in one);
  const findings = [
    ...judged.filter((one) => 'subject' in one),
    ...projections.map((one): Finding => ({ subject: one.table, verdict: 'pass', observed: words(one) })),
    ...databases.seen.flatMap((database) => databaseFindings(database, projections, migration)),
  ];
  const unseen = [sizes, spans, policies, databases].flatMap((each) => each.unseen);
  const total = projections.reduce((sum, { atAgeBytes }) => sum + atAgeBytes, 0);
  return verdictOf([...findings, ...unseenFindings(unseen)], {
    expected: `once each hypertable is as old as its policy lets it become, no volume is filled by more than ${percent(volumeShare)}`,
    pass: `${count(projections.length, 'hypertable')}, ${bytes(total)} at their policies’ age; they can stay as they are`,
    hint: 'Shorten the policies as recommended (plan, Optimize Retention Policies) and correct `retention` in migration.yaml, or enlarge the claim.',
  });
}

function projectionOf(
  database: string,
  { table, sizeBytes }: HypertableSize,
  { oldestAt, databaseNow }: StoredSpan,
  { dropAfterSeconds }: RetentionState,
): Projection | Pick<Finding, 'verdict' | 'observed' | 'hint'> {
  if (sizeBytes === undefined)
    return { verdict: 'fail', observed: 'is no hypertable, so nothing of it is ever dropped' };
  if (dropAfterSeconds === undefined) {
    return { verdict: 'fail', observed: `${bytes(sizeBytes)}; no retention policy: it grows for ever` };
  }
  const storedDays = oldestAt === undefined ? 0 : (Date.parse(databaseNow) - Date.parse(oldestAt)) / 1000 / daySeconds;
  const keptDays = dropAfterSeconds / daySeconds;
  if (storedDays < Math.min(leastDays, keptDays)) {
    const hint = `Verify again when ${days(leastDays)} are stored.`;
    return {
      verdict: 'inconclusive',
      observed: `${bytes(sizeBytes)} of ${days(storedDays)}: too few to project`,
      hint,
    };
  }
  const perDayBytes = sizeBytes / storedDays;
  // What is older than the policy waits for its chunk to be dropped: it will always be about as much as now.
  const atAgeBytes = Math.max(sizeBytes, perDayBytes * keptDays);
  return { table, database, sizeBytes, storedDays, perDayBytes, keptDays, atAgeBytes };
}

function words({ sizeBytes, storedDays, perDayBytes, keptDays, atAgeBytes }: Projection): string {
  const now = `${bytes(sizeBytes)} of ${days(storedDays)}, ${bytes(perDayBytes)} a day`;
  return `${now}: ${bytes(atAgeBytes)} at ${duration(keptDays * daySeconds)}`;
}

/** None for a database without hypertables: nothing in it is ever dropped, and P7.volumes watches how it grows. */
function databaseFindings(
  { database, sizeBytes, capacityBytes }: DatabaseSize,
  projections: readonly Projection[],
  migration: Migration,
): Finding[] {
  const own = projections.filter((one) => one.database === database);
  const wanted = migration.new.hypertables.filter((one) => one.database === database);
  // A table that could not be projected may be what fills the volume.
  if (wanted.length === 0 || own.length < wanted.length) return [];
  const subject = `database ${database}`;
  const look = `kubectl get pvc -n ${migration.new.databases[database]?.namespace}`;
  const beside = Math.max(0, sizeBytes - sum(own, ({ sizeBytes: size }) => size));
  const growing = sum(own, ({ atAgeBytes }) => atAgeBytes);
  const atAge = `${bytes(beside + growing)} at the policies’ age`;
  if (capacityBytes === undefined) {
    const observed = `${atAge}; how much its volume holds is not known`;
    const hint = `name its claim in migration.yaml: new.databases.${database}.claim`;
    return [{ subject, verdict: 'inconclusive', observed, hint, look }];
  }
  const room = capacityBytes * migration.limits.volumeShare - beside;
  const of = `${atAge}, ${percent((beside + growing) / capacityBytes)} of ${bytes(capacityBytes)}`;
  if (growing <= room) return [{ subject, verdict: 'pass', observed: `${of}: keep the policies` }];
  return [{ subject, verdict: 'fail', observed: `${of}: ${recommendation(own, room / growing)}`, look }];
}

/** All policies shortened alike, to whole days. */
function recommendation(projections: readonly Projection[], share: number): string {
  const kept = projections.map(({ table, keptDays }) => ({ table, days: Math.floor(keptDays * share) }));
  if (kept.some((one) => one.days < 1)) return 'no policy is short enough: enlarge the claim';
  return `keep at most ${list(kept.map((one) => `${days(one.days)} of ${one.table}`))}`;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
