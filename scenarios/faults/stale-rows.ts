import { duration } from '../../helpers/time-words.ts';
import type { FaultTarget } from './fault.ts';
import { scaledSeconds } from './planting.ts';

/** Undefined when a stream's newest row is older than its limit allows, else how old it is. */
export async function notStale(target: FaultTarget, name: string): Promise<string | undefined> {
  const stream = target.migration.new.streams[name];
  if (stream === undefined) throw new Error(`migration.yaml has no stream ${name}`);
  const { table, time } = stream.rows;
  const [row] = await target.sql<{ age: string }>(
    'telemetry',
    `select extract(epoch from now() - max(${time})) as age from ${table}`,
  );
  return Number(row?.age) > scaledSeconds(target, stream.freshness) + 1
    ? undefined
    : `${duration(Number(row?.age))} old`;
}
