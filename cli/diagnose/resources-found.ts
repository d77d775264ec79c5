import type { ClaimState, ContainerUse } from '../../helpers/cluster/observed.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import type { DatabaseSize } from '../../helpers/database/observed.ts';
import type { EarlierUsage } from '../../helpers/judge/resources.ts';
import { daysUntil, type Point, type Trend, trendOf } from '../../helpers/judge/trend.ts';
import type { Unseen } from '../../helpers/judge/verdict.ts';
import { bytes, days, percent } from '../../helpers/judge/words.ts';

export type System = 'new' | 'old';

export interface DiagnosedContainer extends ContainerUse {
  readonly system: System;
  /** Of its memory, over what earlier runs noted and now; not there where that is too little. */
  readonly trend?: Trend;
}

export interface DiagnosedClaim extends Omit<ClaimState, 'capacity'> {
  readonly system: System;
  readonly capacityBytes?: number;
  /** The database that lies on it, by migration.yaml. */
  readonly database?: string;
  /** By the database's size: a node-local volume does not report its use. */
  readonly usedBytes?: number;
  readonly trend?: Trend;
}

/** What was found of both systems' resources. */
export interface ResourcesDiagnosis {
  readonly at: string;
  /** Those that use most memory first. */
  readonly containers: readonly DiagnosedContainer[];
  readonly claims: readonly DiagnosedClaim[];
  /** What wants somebody to act, in words. */
  readonly troubles: readonly string[];
  readonly unseen: readonly Unseen[];
}

/** From so much of a limit on it is as good as reached: what comes and goes within a minute is not measured. */
const nearlyAll = 0.9;

export interface ResourcesSeen {
  readonly containers: readonly (ContainerUse & { readonly system: System })[];
  readonly claims: readonly (ClaimState & { readonly system: System })[];
  readonly sizes: readonly DatabaseSize[];
  readonly unseen: readonly Unseen[];
}

/** Joins what is so now with what earlier runs noted, and says what of it is trouble. */
export function diagnoseUse(
  { containers, claims, sizes, unseen }: ResourcesSeen,
  earlier: readonly EarlierUsage[],
  now: Date,
  migration: Migration,
  bytesOf: (quantity: string) => number,
): ResourcesDiagnosis {
  const at = now.toISOString();
  const trend = (points: readonly Point[], value: number | undefined) => {
    const found = value === undefined ? undefined : trendOf([...points, { at, value }]);
    return found === undefined ? {} : { trend: found };
  };
  const used = containers
    .map((container): DiagnosedContainer => {
      const points = earlier.flatMap(({ at, memory = [] }) =>
        memory.filter((one) => isSame(one, container)).map(({ usedBytes }) => ({ at, value: usedBytes })),
      );
      return { ...container, ...trend(points, container.usedBytes) };
    })
    .toSorted((a, b) => (b.usedBytes ?? 0) - (a.usedBytes ?? 0));
  const volumes = claims.map(({ capacity, ...claim }): DiagnosedClaim => {
    const place = Object.entries(migration.new.databases).find(
      ([, database]) => database.namespace === claim.namespace && database.claim === claim.name,
    );
    const database = place?.[0];
    const usedBytes = sizes.find((one) => one.database === database)?.sizeBytes;
    const points = earlier.flatMap(({ at, sizes: noted = [] }) =>
      noted.filter((one) => one.database === database).map(({ sizeBytes }) => ({ at, value: sizeBytes })),
    );
    return {
      ...claim,
      ...(capacity === undefined ? {} : { capacityBytes: bytesOf(capacity) }),
      ...(database === undefined ? {} : { database }),
      ...(usedBytes === undefined ? {} : { usedBytes }),
      ...trend(points, usedBytes),
    };
  });
  const troubles = [
    ...used.flatMap((container) => containerTroubles(container, migration)),
    ...volumes.flatMap((claim) => claimTroubles(claim, migration)),
  ];
  const unmeasured = used
    .filter(({ usedBytes, system }) => usedBytes === undefined && system === 'new')
    .map(({ namespace, workload, container }) => ({
      subject: `use of ${namespace}/${workload}/${container}`,
      message: 'it is not measured yet: its container has just started, or does not run',
    }));
  return { at, containers: used, claims: volumes, troubles, unseen: [...unseen, ...unmeasured] };
}

function isSame(a: Pick<ContainerUse, 'namespace' | 'workload' | 'container'>, b: typeof a): boolean {
  return a.namespace === b.namespace && a.workload === b.workload && a.container === b.container;
}

function containerTroubles(container: DiagnosedContainer, { limits }: Migration): string[] {
  const { namespace, workload, container: name, usedBytes, limitBytes, usedMillicores, limitMillicores } = container;
  const subject = `${namespace}/${workload}/${name}`;
  const { lastTermination, restartCount, trend } = container;
  const isKilled = lastTermination?.reason === 'OOMKilled';
  return [
    ...(isKilled
      ? [`${subject} was killed for want of memory, last at ${lastTermination.finishedAt} (${restartCount} restarts)`]
      : []),
    ...fillingTroubles(`memory of ${subject}`, {
      used: usedBytes,
      limit: limitBytes,
      trend,
      within: limits.memoryDays,
    }),
    ...(usedMillicores !== undefined && limitMillicores !== undefined && usedMillicores >= nearlyAll * limitMillicores
      ? [`CPU of ${subject} is at ${percent(usedMillicores / limitMillicores)} of its limit, and throttled there`]
      : []),
  ];
}

function claimTroubles(
  { namespace, name, phase, usedBytes, capacityBytes, trend }: DiagnosedClaim,
  { limits }: Migration,
): string[] {
  const subject = `volume of claim ${namespace}/${name}`;
  return [
    ...(phase === 'Bound' ? [] : [`claim ${namespace}/${name} is ${phase}`]),
    ...fillingTroubles(subject, { used: usedBytes, limit: capacityBytes, trend, within: limits.diskDays }),
  ];
}

function fillingTroubles(
  subject: string,
  amounts: {
    readonly used: number | undefined;
    readonly limit: number | undefined;
    readonly trend: Trend | undefined;
    readonly within: number;
  },
): string[] {
  const { used, limit, trend, within } = amounts;
  if (used === undefined || limit === undefined) return [];
  const of = `${subject} is at ${percent(used / limit)} of ${bytes(limit)}`;
  const left = trend && daysUntil(trend, used, limit);
  if (left !== undefined && left < within) return [`${of}, used up in ${days(left)} by its trend`];
  return used >= nearlyAll * limit ? [of] : [];
}
