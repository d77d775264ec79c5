import type { ContainerMemory } from '../cluster/observed.ts';
import type { Migration } from '../config/schema.ts';
import type { DatabaseSize } from '../database/observed.ts';
import { daysUntil, type Point, trendOf } from './trend.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { bytes, count, days } from './words.ts';

/** What earlier runs noted. */
export interface EarlierUsage {
  readonly at: string;
  readonly memory?: readonly ContainerMemory[];
  readonly sizes?: readonly DatabaseSize[];
}

/**
 * P3.resources and P7.resources (plan 3.3 and 7.1, "Resource usage stable"): by the trend over what was noted, no
 * container reaches its memory limit within the declared days. One without a limit has none to reach.
 */
export function judgeMemory(
  memory: Sightings<ContainerMemory>,
  earlier: readonly EarlierUsage[],
  now: Date,
  { limits: { memoryDays } }: Migration,
): Verdict {
  const findings = memory.seen.map((used): Finding => {
    const { namespace, workload, container, usedBytes, limitBytes } = used;
    const subject = `${namespace}/${workload}/${container}`;
    const look = `kubectl top pods -n ${namespace} --containers`;
    if (limitBytes === undefined) {
      return { subject, verdict: 'pass', observed: `${bytes(usedBytes)}, no limit`, quiet: true };
    }
    const points = earlier.flatMap(({ at, memory: noted = [] }) =>
      noted.filter((one) => isSame(one, used)).map((one) => ({ at, value: one.usedBytes })),
    );
    const amounts = { value: usedBytes, limit: limitBytes, within: memoryDays };
    return { subject, look, ...judgeTrend([...points, { at: now.toISOString(), value: usedBytes }], amounts) };
  });
  return verdictOf([...findings, ...unseenFindings(memory.unseen)], {
    expected: `by its trend no container reaches its memory limit within ${days(memoryDays)}`,
    pass: `${count(findings.length, 'container')}, none near its memory limit within ${days(memoryDays)}`,
    hint: 'Raise the limit, or find what grows: npm run diagnose resources (plan, Troubleshooting).',
  });
}

/**
 * P3.disk and P7.volumes (plan 3.3, "Disk space growing at expected rate"): by the trend of the database's size its
 * volume is not full within the declared days. The database's size stands for the volume's use, which a node-local
 * volume does not report.
 */
export function judgeDisk(
  sizes: Sightings<DatabaseSize>,
  earlier: readonly EarlierUsage[],
  now: Date,
  { limits: { diskDays }, new: { databases } }: Migration,
): Verdict {
  const findings = sizes.seen.map(({ database, sizeBytes, capacityBytes }): Finding => {
    const place = databases[database];
    const subject = `database ${database}`;
    const look = `kubectl get pvc -n ${place?.namespace}`;
    if (capacityBytes === undefined) {
      const observed = `${bytes(sizeBytes)}; how much its volume holds is not known`;
      const hint = `name its claim in migration.yaml: new.databases.${database}.claim`;
      return { subject, verdict: 'inconclusive', observed, look, hint };
    }
    const points = earlier.flatMap(({ at, sizes: noted = [] }) =>
      noted.filter((one) => one.database === database).map((one) => ({ at, value: one.sizeBytes })),
    );
    const amounts = { value: sizeBytes, limit: capacityBytes, within: diskDays };
    return { subject, look, ...judgeTrend([...points, { at: now.toISOString(), value: sizeBytes }], amounts) };
  });
  return verdictOf([...findings, ...unseenFindings(sizes.unseen)], {
    expected: `by its trend no database fills its volume within ${days(diskDays)}`,
    pass: `${count(findings.length, 'volume')}, none full within ${days(diskDays)}`,
    hint: 'Enlarge the claim, or shorten the retention (plan, Optimize Retention Policies).',
  });
}

function judgeTrend(
  points: readonly Point[],
  { value, limit, within }: { readonly value: number; readonly limit: number; readonly within: number },
): Pick<Finding, 'verdict' | 'observed' | 'hint'> {
  const of = `${bytes(value)} of ${bytes(limit)}`;
  if (value >= limit) return { verdict: 'fail', observed: `${of}: used up` };
  const trend = trendOf(points);
  if (trend === undefined) {
    return {
      verdict: 'inconclusive',
      observed: `${of}; too little was noted for a trend`,
      hint: 'Three runs over two days are enough.',
    };
  }
  const left = daysUntil(trend, value, limit);
  const sign = trend.perDay < 0 ? '-' : '+';
  const growth = `${of}, ${sign}${bytes(Math.abs(trend.perDay))} a day over ${days(trend.days)}`;
  if (left === undefined || left >= within) return { verdict: 'pass', observed: growth };
  return { verdict: 'fail', observed: `${growth}: used up in ${days(left)}` };
}

function isSame(a: ContainerMemory, b: ContainerMemory): boolean {
  return a.namespace === b.namespace && a.workload === b.workload && a.container === b.container;
}
