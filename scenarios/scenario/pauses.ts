import pg from 'pg';
import { identifier } from '../../helpers/database/sql.ts';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import type { FaultTarget } from '../faults/fault.ts';
import type { StreamFlow } from './record.ts';

/** The longest time without a row of a stream since a moment, as its rows show it. */
export async function longestPause(
  { sql, migration }: FaultTarget,
  stream: string,
  since: Date,
): Promise<{ readonly from: Date; readonly seconds: number }> {
  const { table, time, terms } = rowsOf(migration, stream);
  // The row before the moment begins the first pause.
  const [pause] = await sql<{ from: string; seconds: string }>(
    'telemetry',
    `SELECT extract(epoch FROM at) * 1000 AS from, extract(epoch FROM next - at) AS seconds FROM (
       SELECT ${time} AS at, lead(${time}) OVER (ORDER BY ${time}) AS next FROM ${table}
         WHERE ${time} >= timestamptz '${since.toISOString()}' - interval '10 seconds'${terms}) AS pairs
     WHERE next IS NOT NULL ORDER BY 2 DESC LIMIT 1`,
  );
  if (pause === undefined) throw new Error(`${stream} has no two rows since ${since.toISOString()}`);
  return { from: new Date(Number(pause.from)), seconds: Number(pause.seconds) };
}

/** The longest time without a row of a stream in either system that ends after a moment, in seconds. */
export function pauseOfBoth(flows: readonly StreamFlow[], stream: string, since: Date): number {
  const times = flows
    .filter((flow) => flow.stream === stream || flow.stream === `old ${stream}`)
    .flatMap(({ rowsAtMs }) => rowsAtMs)
    .sort((a, b) => a - b);
  const pauses = times.slice(1).map((to, index) => ({ to, seconds: (to - (times[index] ?? to)) / 1000 }));
  return Math.max(0, ...pauses.filter(({ to }) => to >= since.getTime()).map(({ seconds }) => seconds));
}

export async function newestRow({ sql, migration }: FaultTarget, stream: string): Promise<Date> {
  const { table, time, terms } = rowsOf(migration, stream);
  const [row] = await sql<{ at: string }>(
    'telemetry',
    `SELECT extract(epoch FROM max(${time})) * 1000 AS at FROM ${table} WHERE true${terms}`,
  );
  return new Date(Number(row?.at));
}

const withinSeconds = 90;
/** https://www.postgresql.org/docs/current/errcodes-appendix.html; a sink that catches up takes all there are for a moment. */
const tooManyConnections = '53300';

/** Resolves when a stream has a row that is later than a moment. Throws `Unobservable` when none comes. */
export async function rowSince(target: FaultTarget, stream: string, since: Date, signal: AbortSignal): Promise<void> {
  const { table, time, terms } = rowsOf(target.migration, stream);
  const text = `SELECT 1 FROM ${table} WHERE ${time} > '${since.toISOString()}'${terms} LIMIT 1`;
  const look = async () => {
    try {
      const rows = await target.sql('telemetry', text);
      return rows.length > 0 ? seen(undefined) : notYet(`no row of ${stream} since ${since.toISOString()}`);
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === tooManyConnections) return notYet(error.message);
      throw error;
    }
  };
  await eventually(look, { for: `rows of ${stream}`, within: withinSeconds, every: 0.5, signal });
}

function rowsOf({ new: { streams } }: FaultTarget['migration'], stream: string) {
  const rows = streams[stream]?.rows;
  if (rows === undefined) throw new Error(`migration.yaml has no stream ${stream}`);
  const terms = Object.entries(rows.where ?? {}).map(([column, value]) => ` AND ${identifier(column)} = '${value}'`);
  return { table: identifier(rows.table), time: identifier(rows.time), terms: terms.join('') };
}
