import { identifier } from '../../helpers/database/sql.ts';
import type { FaultTarget } from '../faults/fault.ts';
import type { StreamFlow } from './record.ts';

/** When each row of each stream was, since a moment: what a timeline is drawn from. A table that cannot be read is left out. */
export async function observeFlows({ migration, sql }: FaultTarget, since: Date): Promise<StreamFlow[]> {
  const times = async (
    database: 'telemetry' | 'old',
    table: string,
    time: string,
    where: Readonly<Record<string, string>>,
  ) => {
    const terms = Object.entries(where).map(([column, value]) => ` AND ${identifier(column)} = '${value}'`);
    const rows = await sql<{ at: string }>(
      database,
      `SELECT extract(epoch FROM ${identifier(time)}) * 1000 AS at FROM ${identifier(table)}
         WHERE ${identifier(time)} >= '${since.toISOString()}'${terms.join('')} ORDER BY 1`,
    );
    return rows.map(({ at }) => Number(at));
  };
  const flows: StreamFlow[] = [];
  for (const [stream, { rows }] of Object.entries(migration.new.streams))
    flows.push({ stream, system: 'new', rowsAtMs: await times('telemetry', rows.table, rows.time, rows.where ?? {}) });
  for (const [stream, { table, time }] of Object.entries(migration.old.streams))
    flows.push({ stream: `old ${stream}`, system: 'old', rowsAtMs: await times('old', table, time, {}) });
  return flows;
}

/** The flows of several replicas, one after another, as one. */
export function joined(flows: readonly StreamFlow[]): StreamFlow[] {
  return [...Map.groupBy(flows, ({ stream }) => stream)].flatMap(([stream, parts]) => {
    const [first] = parts;
    return first === undefined
      ? []
      : [{ stream, system: first.system, rowsAtMs: parts.flatMap((part) => part.rowsAtMs) }];
  });
}
