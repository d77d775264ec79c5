import { observeGaps } from '../../helpers/database/gaps.ts';
import type { RowsConfig } from '../../helpers/database/stream-rows.ts';
import { queries } from '../../helpers/scratch-database/queries.ts';
import { benchDatabase, type GeneratedTable, generateRows } from './generated-rows.ts';
import { median, row } from './statistics.ts';

const days = 7;
const limitSeconds = 300;

const energy: GeneratedTable = {
  table: 'energy_consumption',
  time: 'time',
  columns: {
    device_serial: { type: 'text NOT NULL', value: `'SE1-00420815'` },
    active_power_total: { type: 'smallint', value: '(i % 3000)::smallint' },
    voltage_l1: { type: 'smallint', value: '230' },
    active_energy_total: { type: 'integer', value: 'i' },
  },
  indexes: ['device_serial, time DESC'],
};
const rowsOfEnergy: RowsConfig = {
  database: 'telemetry',
  table: energy.table,
  time: energy.time,
  device: 'device_serial',
  where: {},
  columns: {},
};

/** The plan's own look for gaps (Troubleshooting), over the same days. */
const planQuery = `SELECT time_bucket('1 minute', time) AS bucket, COUNT(*) AS records FROM ${energy.table}
  WHERE time > NOW() - INTERVAL '${days} days' GROUP BY bucket ORDER BY bucket DESC`;

/**
 * Continuity over seven days beside the plan's `time_bucket … GROUP BY` over the same, at a tenth of the rows and at all
 * of them: the first must be many times faster, and take no longer when rows grow tenfold.
 */
export async function benchContinuity(
  dsn: string,
  { rows, times }: { readonly rows: number; readonly times: (work: () => Promise<unknown>) => Promise<number[]> },
): Promise<void> {
  const walks: number[][] = [];
  for (const size of [rows / 10, rows]) {
    await using database = await benchDatabase(dsn);
    const { client } = database;
    await generateRows(client, energy, { rows: size, days });
    const db = queries(client);
    const to = new Date();
    const window = { from: new Date(to.getTime() - days * 86_400_000), to };
    const walked = await times(() => observeGaps(db, 'energy', rowsOfEnergy, window, limitSeconds));
    const grouped = await times(() => client.query(planQuery));
    walks.push(walked);
    const millions = `${size / 1e6} million rows`;
    console.log(row(`continuity over ${days} days, ${millions}`, walked, 's', ''));
    console.log(row(`the plan's time_bucket … GROUP BY, ${millions}`, grouped, 's', 'compared with'));
    console.log(
      `${'  ratio plan : continuity'.padEnd(52)}${(median(grouped) / median(walked)).toFixed(0)} (at least 20)\n`,
    );
  }
  const [few = [], many = []] = walks;
  console.log(
    `${'continuity, ten times the rows'.padEnd(52)}${(median(many) / median(few)).toFixed(2)} times the time\n`,
  );
}
