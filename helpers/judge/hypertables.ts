import type { Migration } from '../config/schema.ts';
import type { HypertableState } from '../database/observed.ts';
import { databaseLook } from './look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { count } from './words.ts';

/** P1.hypertables (plan, status): each declared table is a hypertable on its time column. */
export function judgeHypertables(states: Sightings<HypertableState>, migration: Migration): Verdict {
  const tables = migration.new.hypertables;
  const findings = tables.flatMap(({ database, table, timeColumn }): Finding[] => {
    const state = states.seen.find((seen) => seen.table === table);
    if (state === undefined) return [];
    const sql = `SELECT * FROM timescaledb_information.dimensions WHERE hypertable_name = '${table}'`;
    const look = databaseLook(migration, database, sql);
    if (!state.exists) return [{ subject: table, verdict: 'fail', observed: 'the table does not exist', ...look }];
    if (!state.isHypertable)
      return [{ subject: table, verdict: 'fail', observed: 'a plain table, no hypertable', ...look }];
    if (state.timeColumn !== timeColumn) {
      const observed = `a hypertable on ${state.timeColumn ?? 'a column that could not be told'}, not on ${timeColumn}`;
      return [{ subject: table, verdict: state.timeColumn === undefined ? 'inconclusive' : 'fail', observed, ...look }];
    }
    return [{ subject: table, verdict: 'pass', observed: `a hypertable on ${timeColumn}` }];
  });
  return verdictOf([...findings, ...unseenFindings(states.unseen)], {
    expected: `hypertables: ${tables.map(({ table, timeColumn }) => `${table} on ${timeColumn}`).join(', ')}`,
    pass: count(findings.length, 'hypertable'),
    hint: 'The migration that makes hypertables has not run on this table: apply it before more rows come (create_hypertable with migrate_data locks the table).',
  });
}
