import kafkajs from 'kafkajs';
import { reading } from '../../replica/embedded/history/readings.ts';
import { bridgeMappings } from '../../replica/embedded/programs/connect/mappings.ts';
import type { Fault, FaultTarget } from './fault.ts';
import { planting } from './planting.ts';
import { energyTopic } from './stream-faults.ts';

/** Longer than clocks may differ (run.futureTolerance), and over soon: a record cannot be taken out of a topic again. */
const aheadMs = 150_000;

/** Clocks that differ. */
export const clockFaults: readonly Fault[] = [
  {
    name: 'sensor-clock-ahead',
    title: 'a sensor’s own clock is an hour ahead: nothing is stamped by it, and no verdict changes',
    expects: [],
    plant: (target) =>
      planting(async ({ until }) => {
        const before = await energyRows(target);
        const timestamp = new Date(Date.now() + 3_600_000).toISOString();
        await target.publishMqtt('saveeye/telemetry', JSON.stringify({ ...reading('energy', Date.now()), timestamp }));
        await until('its row', async () => ((await energyRows(target)) > before ? undefined : 'no row yet'));
      }),
  },
  {
    name: 'bridge-clock-ahead',
    title: 'the bridge’s clock is ahead: a record and its row are stamped later than now, and look fresh for ever',
    expects: ['P1.topics-fresh', 'P1.tables-fresh'],
    entails: ['P1.rows-keep-pace', 'P1.streams', 'P1.values', 'P1.no-duplicates', 'P1.lag'],
    plant: (target) =>
      planting(async ({ undo, until }) => {
        const at = new Date(Date.now() + aheadMs);
        // The record stays the newest until its time has come.
        undo(() => target.sql('telemetry', `delete from energy_consumption where time = '${at.toISOString()}'`));
        await produceAt(target, at);
        await until('its row', async () => {
          const rows = await target.sql(
            'telemetry',
            `select 1 from energy_consumption where time = '${at.toISOString()}'`,
          );
          return rows.length > 0 ? undefined : 'no row yet';
        });
      }),
  },
];

async function energyRows({ sql }: FaultTarget): Promise<number> {
  const [row] = await sql<{ rows: string }>('telemetry', 'select count(*) as rows from energy_consumption');
  return Number(row?.rows);
}

/** As the bridge would have written it, by a clock that stands there. */
async function produceAt({ kafka }: FaultTarget, at: Date): Promise<void> {
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    const record = bridgeMappings[energyTopic]?.(reading('energy', at.getTime()), at.toISOString());
    const value = JSON.stringify(record);
    await producer.send({ topic: energyTopic, messages: [{ value, timestamp: String(at.getTime()) }] });
  } finally {
    await producer.disconnect();
  }
}
