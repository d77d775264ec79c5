import { duration } from '../../helpers/time-words.ts';
import type { Fault } from './fault.ts';
import { planting } from './planting.ts';
import { sqlFault, trigger } from './row-faults.ts';

const phase = 'phase3';
/** Today is no day of parallel operation with a gating criterion that fails. */
/** What was is kept in a table beside the others, which no stream fills. */
const entails = ['P3.days', 'P3.columns'];
const stretch = (time: string) => `${time} > now() - interval '3 hours' and ${time} < now() - interval '1 hour'`;

const swallowEnergy = trigger('insert', 'energy', 'return null;');

export const agreementFaults: readonly Fault[] = [
  sqlFault(
    {
      name: 'new-values-scaled',
      title: 'for two hours a new column held another unit',
      phase,
      expects: ['P3.agreement'],
      entails,
    },
    'telemetry',
    {
      plant: `update heatpump_status set hotwater_temp = hotwater_temp * 10 where ${stretch('time')};
        create table planted_stretch as select min(time) as first, max(time) as last from heatpump_status where ${stretch('time')}`,
      undo: `update heatpump_status set hotwater_temp = hotwater_temp / 10
          where time between (select first from planted_stretch) and (select last from planted_stretch);
        drop table planted_stretch`,
    },
  ),
  sqlFault(
    {
      name: 'old-values-shifted',
      title: 'for two hours an old column was off by a constant',
      phase,
      expects: ['P3.agreement'],
      entails,
    },
    'old',
    {
      plant: `update energy set consumption_l1_actual_w = consumption_l1_actual_w + 250 where ${stretch('ts')};
        create table planted_stretch as select min(ts) as first, max(ts) as last from energy where ${stretch('ts')}`,
      undo: `update energy set consumption_l1_actual_w = consumption_l1_actual_w - 250
          where ts between (select first from planted_stretch) and (select last from planted_stretch);
        drop table planted_stretch`,
    },
  ),
  sqlFault(
    {
      name: 'old-samples-missing',
      title: 'the old system has no sample of a whole day: too little is compared',
      phase,
      expects: ['P3.agreement'],
      entails,
    },
    'old',
    {
      plant: `create table planted_rows as select * from heatpump
          where ts > now() - interval '3 days' and ts < now() - interval '2 days';
        delete from heatpump where ts > now() - interval '3 days' and ts < now() - interval '2 days'`,
      undo: 'insert into heatpump select * from planted_rows; drop table planted_rows',
    },
  ),
  sqlFault(
    {
      name: 'old-column-forgotten',
      title: 'an old column has no counterpart',
      phase,
      expects: ['P3.columns'],
      entails,
    },
    'old',
    {
      plant: 'alter table heatpump add column defrost_count bigint',
      undo: 'alter table heatpump drop column defrost_count',
    },
  ),
  sqlFault(
    {
      name: 'old-device-only',
      title: 'the old system hears a device that the new one does not',
      phase,
      expects: ['P3.devices'],
      entails: [...entails, 'P3.agreement'],
    },
    'old',
    {
      plant: `insert into heatpump (ts, device_id, outdoor_temp)
        select ts, 'cellar_heatpump', 5 from heatpump where ts > now() - interval '20 minutes'`,
      undo: `delete from heatpump where device_id = 'cellar_heatpump'`,
    },
  ),
  {
    name: 'old-table-stale',
    title: 'the old sink’s rows stopped',
    phase,
    expects: ['P3.old-flows'],
    entails: [...entails, 'P3.agreement'],
    plant: (target) =>
      planting(async ({ undo, until }) => {
        await target.sql('old', swallowEnergy.plant);
        undo(() => target.sql('old', swallowEnergy.undo));
        const limit = target.timeScale === 1 ? 300 : Math.max(5, 300 / target.timeScale);
        await until(`rows to be older than ${duration(limit)}`, async () => {
          const [row] = await target.sql<{ age: string }>(
            'old',
            'select extract(epoch from now() - max(ts)) as age from energy',
          );
          return Number(row?.age) > limit + 1 ? undefined : `${duration(Number(row?.age))} old`;
        });
      }),
  },
  withoutSecret({
    name: 'old-database-secret-gone',
    title: 'the Secret of the old database’s reader is gone',
    phase,
    obstructs: ['P3.agreement', 'P3.columns', 'P3.devices', 'P3.old-flows'],
    entails: ['P3.days', 'P3.disk'],
    secret: { namespace: 'heatpump-mqtt', name: 'timescaledb-verifier' },
  }),
];

/** Takes a Secret away, which is a permission to log in. */
export function withoutSecret(
  fault: Omit<Fault, 'plant' | 'expects'> & { readonly secret: { readonly namespace: string; readonly name: string } },
): Fault {
  const { secret, ...rest } = fault;
  return {
    ...rest,
    expects: [],
    plant: ({ core }) =>
      planting(async ({ undo }) => {
        const { metadata, type, data } = await core.readNamespacedSecret({ ...secret });
        const labels = metadata?.labels === undefined ? {} : { labels: metadata.labels };
        undo(() =>
          core.createNamespacedSecret({
            namespace: secret.namespace,
            body: {
              metadata: { ...secret, ...labels },
              ...(type === undefined ? {} : { type }),
              ...(data === undefined ? {} : { data }),
            },
          }),
        );
        await core.deleteNamespacedSecret({ ...secret });
      }),
  };
}
