import type { HypertableConfig } from '../config/schema.ts';
import { mask } from '../target/mask.ts';
import { hasTimescale } from './hypertables.ts';
import type { RetentionState } from './observed.ts';
import { isoText, type Queries } from './sql.ts';
import { type TableShape, tableShape } from './table.ts';

/**
 * The retention policy of each table and how its job last ran, in the order given. `dropAfterSeconds` is undefined where
 * there is none: no such table, no TimescaleDB, an edition without policies, or no policy.
 * Throws `Unobservable` when the database does not answer.
 */
export async function observeRetention(
  db: Queries,
  tables: readonly Pick<HypertableConfig, 'table'>[],
): Promise<RetentionState[]> {
  const withTimescale = await hasTimescale(db);
  const states: RetentionState[] = [];
  for (const { table } of tables) {
    const shape = await tableShape(db, table);
    states.push({ table, ...(withTimescale && shape ? await policyOf(db, shape) : {}) });
  }
  return states;
}

interface PolicyRow {
  seconds: number;
  text: string;
  scheduled: boolean;
  status: string | null;
  ran: string | null;
  failures: number | null;
  error: string | null;
}

async function policyOf(db: Queries, shape: TableShape): Promise<Omit<RetentionState, 'table'>> {
  const [row] = await db.query<PolicyRow>(
    `SELECT extract(epoch FROM (j.config ->> 'drop_after')::interval)::float8 AS seconds,
            j.config ->> 'drop_after' AS text, j.scheduled,
            s.last_run_status AS status, ${isoText('s.last_run_started_at')} AS ran, s.total_failures::float8 AS failures,
            CASE WHEN s.last_run_status = 'Failed' THEN
              (SELECT e.err_message FROM timescaledb_information.job_errors e
                WHERE e.job_id = j.job_id ORDER BY e.finish_time DESC NULLS LAST LIMIT 1)
            END AS error
       FROM timescaledb_information.jobs j
       LEFT JOIN timescaledb_information.job_stats s ON s.job_id = j.job_id
      WHERE j.proc_name = 'policy_retention' AND j.hypertable_schema = $1 AND j.hypertable_name = $2`,
    [shape.schema, shape.name],
  );
  if (row === undefined) return {};
  return {
    dropAfterSeconds: row.seconds,
    dropAfterText: row.text,
    scheduled: row.scheduled,
    ...(row.status === null ? {} : { lastRunStatus: row.status }),
    ...(row.ran === null ? {} : { lastRunAt: row.ran }),
    ...(row.failures === null ? {} : { totalFailures: row.failures }),
    ...(row.error === null ? {} : { lastError: mask(row.error) }),
  };
}
