import type { Fault } from './fault.ts';
import { planting } from './planting.ts';

/** Removes rows of a table, and puts them back. */
function removal(table: string, which: string): { plant: string; undo: string } {
  return {
    plant: `create table planted_rows as select * from ${table} where ${which}; delete from ${table} where ${which}`,
    undo: `insert into ${table} select * from planted_rows; drop table planted_rows`,
  };
}

function rowsAway(fault: Omit<Fault, 'plant'>, table: string, which: string): Fault {
  const rows = removal(table, which);
  return {
    ...fault,
    plant: (target) =>
      planting(async ({ undo }) => {
        await target.sql('telemetry', rows.plant);
        undo(() => target.sql('telemetry', rows.undo));
      }),
  };
}

const lastMinutes = removal('energy_consumption', `time > now() - interval '10 minutes'`);
const swallow = {
  plant: `create function planted() returns trigger language plpgsql as $$ begin return null; end $$;
    create trigger planted before insert on energy_consumption for each row execute function planted()`,
  undo: 'drop trigger if exists planted on energy_consumption; drop function if exists planted()',
};

/** The verifier may not read a table any more. */
function unreadable(fault: Omit<Fault, 'plant' | 'expects'>, table: string): Fault {
  return {
    ...fault,
    expects: [],
    plant: (target) =>
      planting(async ({ undo }) => {
        undo(() => target.sql('telemetry', `grant select on ${table} to verifier`));
        await target.sql('telemetry', `revoke select on ${table} from verifier`);
      }),
  };
}

/** The database's own log says so when somebody is refused. */
const overRows = [
  'P1.logs-clean',
  'P1.tables-fresh',
  'P1.rows-keep-pace',
  'P1.values',
  'P1.no-duplicates',
  'P1.streams',
  'P1.lag',
];

/** Stored history goes at life's own rate: so do the limits that these are made for. */
const threeDaysAgo = `time > now() - interval '3 days' and time < now() - interval '3 days'`;
const afterCutover = { phase: 'phase7' } as const;

export const continuityFaults: readonly Fault[] = [
  rowsAway(
    {
      name: 'gap-behind-kafka',
      title: 'a stream lacks 20 minutes of rows whose records are in the topic',
      phase: 'phase3',
      expects: ['P3.continuity'],
      entails: ['P3.agreement', 'P3.days'],
    },
    'energy_consumption',
    `${threeDaysAgo} + interval '20 minutes'`,
  ),
  rowsAway(
    {
      name: 'gap-below-limit',
      title: 'rows pause for a little less than the limit, and no verdict changes',
      phase: 'phase3',
      expects: [],
      entails: ['P3.agreement', 'P3.days'],
    },
    'energy_consumption',
    `${threeDaysAgo} + interval '4 minutes 30 seconds'`,
  ),
  rowsAway(
    {
      name: 'gap-at-start',
      title: 'a stream begins days after the others of its system',
      phase: 'phase3',
      expects: ['P3.continuity'],
      entails: ['P3.agreement', 'P3.days', 'P3.devices'],
    },
    'heatpump_status',
    `time < now() - interval '5 days'`,
  ),
  rowsAway(
    {
      name: 'gap-of-a-battery-sensor',
      title: 'a battery sensor is silent for longer than its own limit, an hour of which would be none',
      phase: 'phase3',
      expects: ['P3.continuity'],
      entails: ['P3.agreement', 'P3.days'],
    },
    'temperature_sensors',
    `location = 'indoor' and ${threeDaysAgo} + interval '2 hours 20 minutes'`,
  ),
  {
    name: 'gap-at-end',
    title: 'a stream’s rows end ten minutes ago, while its records go on',
    phase: 'phase3',
    expects: ['P3.continuity'],
    entails: [
      ...[
        'P1.streams',
        'P1.tables-fresh',
        'P1.rows-keep-pace',
        'P1.lag',
        'P1.values',
        'P1.no-duplicates',
        'P1.logs-clean',
      ],
      ...['P3.health', 'P3.agreement', 'P3.days'],
    ],
    plant: (target) =>
      planting(async ({ undo }) => {
        // Each script is a batch, and so all or nothing; what came back would be swallowed as well.
        await target.sql('telemetry', `${swallow.plant}; ${lastMinutes.plant}`);
        undo(() => target.sql('telemetry', `${swallow.undo}; ${lastMinutes.undo}`));
      }),
  },
  rowsAway(
    {
      ...afterCutover,
      name: 'gap-after-cutover',
      title: 'a stream lacks an hour of rows of the observation period',
      expects: ['P7.continuity'],
      entails: ['P7.days'],
    },
    'energy_consumption',
    `${threeDaysAgo} + interval '1 hour'`,
  ),
  rowsAway(
    {
      ...afterCutover,
      name: 'growth-halved',
      title: 'every second row of two days is missing, and no gap shows it',
      expects: ['P7.growth'],
      entails: ['P7.days'],
    },
    'energy_consumption',
    `time > now() - interval '5 days' and time < now() - interval '3 days' and extract(epoch from date_trunc('second', time))::bigint / 10 % 2 = 0`,
  ),
  rowsAway(
    {
      ...afterCutover,
      name: 'history-gone',
      title: 'rows are gone long before the policy’s age',
      expects: ['P7.retention'],
      entails: ['P7.continuity', 'P7.growth', 'P7.days'],
    },
    'heatpump_status',
    `time < now() - interval '4 days'`,
  ),
  {
    ...afterCutover,
    name: 'history-stays',
    title: 'rows stay that the retention policy should have dropped',
    expects: ['P7.retention'],
    entails: ['P7.days'],
    plant: (target) =>
      planting(async ({ undo }) => {
        const old = `time < now() - interval '100 days'`;
        await target.sql(
          'telemetry',
          `insert into heatpump_status (time, device_id) select now() - interval '120 days', device_id from heatpump_status limit 1`,
        );
        undo(() => target.sql('telemetry', `delete from heatpump_status where ${old}`));
      }),
  },
  unreadable(
    {
      name: 'table-unreadable',
      title: 'the verifier may not read a table while both systems run',
      phase: 'phase3',
      obstructs: ['P3.continuity'],
      entails: [...overRows, 'P3.health', 'P3.agreement', 'P3.columns', 'P3.devices', 'P3.logs-clean', 'P3.days'],
    },
    'energy_consumption',
  ),
  unreadable(
    {
      ...afterCutover,
      name: 'table-unreadable-after-cutover',
      title: 'the verifier may not read a table of the observation period',
      obstructs: ['P7.continuity', 'P7.growth', 'P7.retention'],
      entails: [...overRows, 'P7.health', 'P7.logs-clean', 'P7.days'],
    },
    'energy_consumption',
  ),
];
