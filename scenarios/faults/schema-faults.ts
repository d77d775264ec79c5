import type { Fault } from './fault.ts';
import { planting } from './planting.ts';
import { notStale } from './stale-rows.ts';

const retentionJob = `select job_id from timescaledb_information.jobs
  where proc_name = 'policy_retention' and hypertable_name = 'heatpump_status'`;

/** Changes the policy in place: its job stays the same, and so does what is known of its last run. */
const retentionOf = (
  days: number,
) => `select alter_job(job_id, config => jsonb_set(config, '{drop_after}', '"${days} days"'))
  from timescaledb_information.jobs where proc_name = 'policy_retention' and hypertable_name = 'heatpump_status'`;

function schemaFault(fault: Omit<Fault, 'plant'>, scripts: { readonly plant: string; readonly undo: string }): Fault {
  return {
    ...fault,
    plant: (target) =>
      planting(async ({ undo }) => {
        await target.sql('telemetry', scripts.plant);
        undo(() => target.sql('telemetry', scripts.undo));
      }),
  };
}

export const schemaFaults: readonly Fault[] = [
  {
    name: 'column-renamed',
    title: 'a migration renamed a column, and the sink still writes the old name',
    expects: ['P1.logs-clean', 'P1.streams', 'P1.tables-fresh'],
    entails: ['P1.lag', 'P1.rows-keep-pace', 'P1.values', 'P1.no-duplicates'],
    plant: (target) =>
      planting(async ({ undo, until }) => {
        const rename = (from: string, to: string) =>
          target.sql('telemetry', `alter table heatpump_status rename column ${from} to ${to}`);
        undo(() => rename('outdoor_temperature', 'outdoor_temp'));
        await rename('outdoor_temp', 'outdoor_temperature');
        await until('its rows to be stale', () => notStale(target, 'heatpump'));
      }),
  },
  schemaFault(
    { name: 'migration-missing', title: 'a migration was not applied', expects: ['P1.migrations'] },
    {
      plant: `create table planted_rows as select * from schema_migrations where version = 3;
        delete from schema_migrations where version = 3`,
      undo: 'insert into schema_migrations select * from planted_rows; drop table planted_rows',
    },
  ),
  schemaFault(
    {
      name: 'plain-table',
      title: 'a table is a plain one instead of a hypertable',
      expects: ['P1.hypertables'],
      entails: ['P1.retention', 'P1.rows-keep-pace', 'P1.values', 'P1.streams', 'P1.logs-clean'],
    },
    {
      plant: `alter table heatpump_status rename to planted_hypertable;
        create table heatpump_status (like planted_hypertable including defaults);
        create index planted_index on heatpump_status (device_id, time desc);
        insert into heatpump_status select * from planted_hypertable where time > now() - interval '1 day'`,
      undo: `insert into planted_hypertable select * from heatpump_status
          where time > (select max(time) from planted_hypertable);
        drop table heatpump_status;
        alter table planted_hypertable rename to heatpump_status`,
    },
  ),
  schemaFault(
    { name: 'retention-60-days', title: 'a retention policy keeps 60 days instead of 90', expects: ['P1.retention'] },
    { plant: retentionOf(60), undo: retentionOf(90) },
  ),
  schemaFault(
    { name: 'retention-job-failing', title: 'the last run of a retention job failed', expects: ['P1.retention'] },
    {
      plant: `update _timescaledb_internal.bgw_job_stat
          set last_run_success = false, total_failures = total_failures + 1, consecutive_failures = 1
          where job_id = (${retentionJob});
        insert into _timescaledb_internal.bgw_job_stat_history (job_id, execution_start, execution_finish, succeeded, data)
          select job_id, now(), now(), false, '{"error_data": {"message": "planted: permission denied"}}' from (${retentionJob}) as job`,
      undo: `update _timescaledb_internal.bgw_job_stat
          set last_run_success = true, total_failures = total_failures - 1, consecutive_failures = 0
          where job_id = (${retentionJob});
        delete from _timescaledb_internal.bgw_job_stat_history
          where job_id = (${retentionJob}) and data->'error_data'->>'message' like 'planted%'`,
    },
  ),
];
