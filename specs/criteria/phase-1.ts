import type { CriterionRow } from './row.ts';

/** The new system is healthy. */
export const phase1: readonly CriterionRow[] = [
  {
    id: 'P1.workloads',
    statement:
      'every workload of the new system has all replicas ready, every pod Running with all containers ready, and stays so',
    plan: '1.1',
    gates: true,
  },
  {
    id: 'P1.restarts',
    statement: 'no container of the new system restarted within the window',
    plan: 'new',
    gates: false,
  },
  {
    id: 'P1.streams',
    statement: 'every stream of the bridge and of the sinks is connected on both ends, and works by its counters',
    plan: '1.1',
    gates: true,
  },
  {
    id: 'P1.topics-fresh',
    statement: 'each topic’s newest record is younger than its stream’s limit',
    plan: '1.2',
    gates: true,
  },
  {
    id: 'P1.tables-fresh',
    statement: 'each stream’s newest row is younger than its limit',
    plan: '1.2',
    gates: true,
  },
  {
    id: 'P1.settings-current',
    statement: 'each device’s settings row equals its newest non-null values in the topic',
    plan: '1.2',
    gates: true,
  },
  {
    id: 'P1.logs-clean',
    statement: 'no error-level entry in any container of the new system within the window',
    plan: '1.2',
    gates: true,
  },
  {
    id: 'P1.migrations',
    statement: 'both databases hold the expected schema versions, and the migration Jobs succeeded',
    plan: 'status',
    gates: true,
  },
  {
    id: 'P1.hypertables',
    statement: 'the three tables are hypertables on their time column',
    plan: 'status',
    gates: true,
  },
  {
    id: 'P1.retention',
    statement: 'each hypertable has a retention policy of exactly the declared age that runs and succeeds',
    plan: 'status',
    gates: true,
  },
  {
    id: 'P1.lag',
    statement: 'each consumer group has a member, committed offsets that move, and a lag under its limit',
    plan: 'new',
    gates: true,
  },
  {
    id: 'P1.rows-keep-pace',
    statement: 'rows grow by what their topic grows by, less what is in flight',
    plan: 'status',
    gates: true,
  },
  {
    id: 'P1.no-duplicates',
    statement: 'rows that stand twice stay under the declared share of the window',
    plan: 'new',
    gates: false,
  },
  {
    id: 'P1.values',
    statement: 'no expected column is always null within the window, and no value leaves its plausible range',
    plan: 'new',
    gates: false,
  },
];
