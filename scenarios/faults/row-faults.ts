import { reading } from '../../replica/embedded/history/readings.ts';
import type { DatabaseName, Fault } from './fault.ts';
import { planting } from './planting.ts';
import { notStale } from './stale-rows.ts';

/** A trigger that changes, drops or refuses what a sink writes. */
export function trigger(when: 'insert' | 'update', table: string, body: string): { plant: string; undo: string } {
  return {
    plant: `create function planted() returns trigger language plpgsql as $$ begin ${body} end $$;
      create trigger planted before ${when} on ${table} for each row execute function planted()`,
    undo: `drop trigger if exists planted on ${table}; drop function if exists planted()`,
  };
}

/** A fault that is two scripts. Each is a batch, and so all or nothing. */
export function sqlFault(
  fault: Omit<Fault, 'plant'>,
  database: DatabaseName,
  scripts: { readonly plant: string; readonly undo: string },
): Fault {
  return {
    ...fault,
    plant: (target) =>
      planting(async ({ undo }) => {
        await target.sql(database, scripts.plant);
        undo(() => target.sql(database, scripts.undo));
      }),
  };
}

const swallowOutdoor = trigger(
  'insert',
  'temperature_sensors',
  `if new.location = 'outdoor' then return null; end if; return new;`,
);
const loseHalf = trigger(
  'insert',
  'energy_consumption',
  `if extract(epoch from date_trunc('second', new.time))::bigint % 2 = 0 then return null; end if; return new;`,
);
const nullOutdoorTemp = trigger('insert', 'heatpump_status', 'new.outdoor_temp := null; return new;');
const ignoreUpdates = trigger('update', 'settings', 'return null;');
const refuseInserts = trigger('insert', 'energy_consumption', `raise exception 'planted: inserts are refused';`);

export const rowFaults: readonly Fault[] = [
  {
    name: 'inserts-fail',
    title: 'a sink’s inserts fail for one table',
    expects: ['P1.streams', 'P1.logs-clean', 'P1.tables-fresh'],
    entails: ['P1.lag', 'P1.rows-keep-pace', 'P1.values', 'P1.no-duplicates'],
    plant: (target) =>
      planting(async ({ undo, until }) => {
        await target.sql('telemetry', refuseInserts.plant);
        undo(() => target.sql('telemetry', refuseInserts.undo));
        await until('rows to be older than their limit', () => notStale(target, 'energy'));
      }),
  },
  sqlFault(
    {
      name: 'one-location-stale',
      title: 'rows of one location of a shared table are stale',
      expects: ['P1.tables-fresh'],
      entails: ['P1.rows-keep-pace', 'P1.values', 'P1.streams'],
    },
    'telemetry',
    {
      plant: `${swallowOutdoor.plant};
        create table planted_rows as select * from temperature_sensors where location = 'outdoor' and time > now() - interval '3 hours';
        delete from temperature_sensors where location = 'outdoor' and time > now() - interval '3 hours'`,
      undo: `${swallowOutdoor.undo}; insert into temperature_sensors select * from planted_rows; drop table planted_rows`,
    },
  ),
  sqlFault(
    {
      name: 'rows-lost',
      title: 'half of the rows of a stream never reach their table',
      expects: ['P1.rows-keep-pace'],
      entails: ['P1.streams'],
    },
    'telemetry',
    {
      plant: `${loseHalf.plant};
        create table planted_rows as select * from energy_consumption
          where time > now() - interval '3 hours' and extract(epoch from date_trunc('second', time))::bigint % 2 = 0;
        delete from energy_consumption
          where time > now() - interval '3 hours' and extract(epoch from date_trunc('second', time))::bigint % 2 = 0`,
      undo: `${loseHalf.undo}; insert into energy_consumption select * from planted_rows; drop table planted_rows`,
    },
  ),
  sqlFault(
    {
      name: 'settings-differ',
      title: 'the settings row differs from what the heat pump says',
      expects: ['P1.settings-current'],
    },
    'settings',
    {
      plant: `update settings set curve = curve + 1; ${ignoreUpdates.plant}`,
      undo: `${ignoreUpdates.undo}; update settings set curve = curve - 1`,
    },
  ),
  sqlFault(
    {
      name: 'rows-twice',
      title: 'rows stand twice, as after a sink’s replay',
      expects: ['P1.no-duplicates'],
      entails: ['P1.rows-keep-pace'],
    },
    'telemetry',
    {
      plant: `create table planted_rows as select * from energy_consumption where time > now() - interval '10 minutes';
        insert into energy_consumption select * from planted_rows`,
      undo: `delete from energy_consumption where time in (select time from planted_rows);
        insert into energy_consumption select * from planted_rows; drop table planted_rows`,
    },
  ),
  sqlFault({ name: 'column-null', title: 'a column is always null', expects: ['P1.values'] }, 'telemetry', {
    plant: `${nullOutdoorTemp.plant};
        create table planted_rows as select time, device_id, outdoor_temp from heatpump_status where time > now() - interval '2 hours';
        update heatpump_status set outdoor_temp = null where time > now() - interval '2 hours'`,
    undo: `${nullOutdoorTemp.undo};
        update heatpump_status set outdoor_temp = planted_rows.outdoor_temp from planted_rows
          where heatpump_status.time = planted_rows.time and heatpump_status.device_id = planted_rows.device_id;
        drop table planted_rows`,
  }),
  {
    name: 'value-out-of-range',
    title: 'a sensor reports a value that cannot be',
    expects: ['P1.values'],
    plant: (target) =>
      planting(async ({ undo, until }) => {
        undo(() => target.sql('telemetry', 'delete from heatpump_status where outdoor_temp = 85'));
        await target.publishMqtt(
          'thermiq_heatpump/data',
          JSON.stringify({ ...reading('heatpump', Date.now()), d0: 85 }),
        );
        await until('the row', async () => {
          const rows = await target.sql('telemetry', 'select 1 from heatpump_status where outdoor_temp = 85');
          return rows.length > 0 ? undefined : 'no row yet';
        });
      }),
  },
];
