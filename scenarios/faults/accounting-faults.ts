import kafkajs from 'kafkajs';
import { withoutSecret } from './agreement-faults.ts';
import type { Fault, FaultTarget } from './fault.ts';
import { planting } from './planting.ts';
import { sqlFault, trigger } from './row-faults.ts';
import { notStale } from './stale-rows.ts';
import { energyGroup, energyOffsets, energyTopic, skipEnergyBacklog, stopEnergySink } from './stream-faults.ts';

const phase = 'phase5';
/** Records that a sink which starts anew never sees. */
const skippedRecords = 6;
const ofTheSink = ['P5.streams', 'P5.logs-clean', 'P5.flow'];
const swallowHeatpump = trigger('insert', 'heatpump_status', 'return null;');

export const accountingFaults: readonly Fault[] = [
  sqlFault(
    {
      name: 'rows-lost-since-cutover',
      title: 'rows are gone that came after the cutover',
      phase,
      expects: ['P5.no-loss'],
    },
    'telemetry',
    {
      plant: `create table planted_rows as select * from energy_consumption
          where time > now() - interval '30 minutes' and time < now() - interval '25 minutes';
        delete from energy_consumption where time > now() - interval '30 minutes' and time < now() - interval '25 minutes'`,
      undo: 'insert into energy_consumption select * from planted_rows; drop table planted_rows',
    },
  ),
  {
    name: 'records-skipped',
    title: 'a sink was down with no committed offset: it went on from the newest record and skipped what had come',
    phase,
    expects: ['P5.no-loss'],
    entails: ofTheSink,
    plant: (target) =>
      planting(async (steps) => {
        let skippedFrom = 0;
        let since = '';
        steps.undo(() => replayEnergy(target, skippedFrom, since));
        await using stopped = await planting((stopping) => stopEnergySink(target, stopping));
        skippedFrom = (await energyOffsets(target)).committed;
        const [clock] = await target.sql<{ now: string }>(
          'telemetry',
          'select max(time)::text as now from energy_consumption',
        );
        since = clock?.now ?? '';
        await forgetGroup(target);
        await steps.until(`${skippedRecords} records to come`, async () => {
          const { high } = await energyOffsets(target);
          return high >= skippedFrom + skippedRecords ? undefined : `${high - skippedFrom} records`;
        });
        await stopped[Symbol.asyncDispose]();
        await steps.until('the sink to commit past what it skipped', async () => {
          const { committed } = await energyOffsets(target);
          return committed > skippedFrom + skippedRecords ? undefined : `committed ${committed}`;
        });
      }),
  },
  {
    name: 'record-rejected',
    title: 'a record is no JSON: no sink can store it, and that is no loss',
    phase,
    expects: [],
    entails: [...ofTheSink, 'P5.no-loss', 'P5.restarts'],
    plant: (target) =>
      planting(async (steps) => {
        const producer = target.kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
        steps.undo(() => skipEnergyBacklog(target));
        steps.undo(() => producer.disconnect());
        await producer.connect();
        await producer.send({ topic: energyTopic, messages: [{ value: 'no JSON' }] });
        await steps.until('the committed offset to stand at it', async () => {
          const { committed, high } = await energyOffsets(target);
          return high > committed + 2 ? undefined : `committed ${committed} of ${high}`;
        });
      }),
  },
  {
    name: 'rows-stopped-after-cutover',
    title: 'a stream’s rows stopped after the cutover',
    phase,
    expects: ['P5.flow', 'P5.no-loss'],
    plant: (target) =>
      planting(async ({ undo, until }) => {
        await target.sql('telemetry', swallowHeatpump.plant);
        undo(() => target.sql('telemetry', swallowHeatpump.undo));
        await until('rows to be older than their limit', () => notStale(target, 'heatpump'));
      }),
  },
  withoutSecret({
    name: 'database-secret-gone',
    title: 'the Secret of the telemetry database’s reader is gone',
    phase,
    obstructs: ['P5.flow', 'P5.no-loss'],
    entails: ['P5.no-old-writer'],
    secret: { namespace: 'timescaledb', name: 'timescaledb-verifier' },
  }),
];

async function forgetGroup({ kafka }: FaultTarget): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.deleteGroups([energyGroup]);
  } finally {
    await admin.disconnect();
  }
}

/** Has the sink store what it skipped, and what came since again in place of its rows. */
async function replayEnergy(target: FaultTarget, offset: number, since: string): Promise<void> {
  if (since === '') return;
  await using _stopped = await planting((steps) => stopEnergySink(target, steps));
  await target.sql('telemetry', `delete from energy_consumption where time > '${since}'`);
  const admin = target.kafka.admin();
  await admin.connect();
  try {
    const partitions = [{ partition: 0, offset: String(offset) }];
    await admin.setOffsets({ groupId: energyGroup, topic: energyTopic, partitions });
  } finally {
    await admin.disconnect();
  }
}
