import type { TopicRecord } from '../../broker/observed.ts';
import type { MissingRecord } from './observed.ts';

/**
 * The records that have no row of their time, oldest first. A record that is no JSON object, or whose time is none, cannot
 * be mapped by any sink.
 *
 * @param rowTimes microseconds since 1970
 * @param committedOf the offset up to which a partition is committed; undefined where none is
 */
export function recordsWithoutRow(
  records: readonly TopicRecord[],
  rowTimes: ReadonlySet<number>,
  timeMember: string,
  committedOf: (partition: number) => number | undefined,
): MissingRecord[] {
  const newestRow = Math.max(0, ...rowTimes);
  return records
    .flatMap((record): MissingRecord[] => {
      const { partition, offset, at, value, parseError } = record;
      const us = value === undefined ? undefined : microseconds(value[timeMember]);
      if (us !== undefined && [us, us - 1, us + 1].some((time) => rowTimes.has(time))) return [];
      const committedTo = committedOf(partition);
      // A group that has committed nothing began at the newest record: what is older than its rows it never saw.
      const committed = committedTo === undefined ? Date.parse(at) * 1000 < newestRow : offset < committedTo;
      const unmappable = parseError ?? (us === undefined ? `its ${timeMember} is no time` : undefined);
      return [{ partition, offset, at, committed, ...(unmappable === undefined ? {} : { unmappable }) }];
    })
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.offset - b.offset);
}

/** RFC 3339 to microseconds since 1970, rounded as PostgreSQL does; undefined for what is no time. */
export function microseconds(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const [, seconds, fraction = '', zone] =
    /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)$/i.exec(text) ?? [];
  const ms = seconds === undefined ? Number.NaN : Date.parse(`${seconds.replace(' ', 'T')}${zone?.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : ms * 1000 + Math.round(Number(`0.${fraction || 0}`) * 1e6);
}
