import pg from 'pg';
import { agreementSection, type OldStreamConfig } from '../../helpers/config/sections/old-streams.ts';
import type { RowsConfig } from '../../helpers/database/stream-rows.ts';
import { queries } from '../../helpers/scratch-database/queries.ts';
import { compareStream } from '../../helpers/spec/observe/compare-streams.ts';
import { benchDatabase, generateRows } from './generated-rows.ts';
import { row } from './statistics.ts';

const days = 7;
const columns = ['power', 'l1', 'l2', 'l3', 'produced'];
const tolerance = { absolute: 0, relative: 0, rounding: 1 };

const old: OldStreamConfig = {
  topic: 'old',
  table: 'energy',
  time: 'ts',
  where: {},
  every: 60,
  freshness: 300,
  new: 'energy',
  devices: {},
  columns: Object.fromEntries(columns.map((name) => [name, { column: name, tolerance }])),
};
const rows: RowsConfig = {
  database: 'telemetry',
  table: 'energy_consumption',
  time: 'time',
  device: 'device_serial',
  where: {},
  columns: {},
};

interface BenchOptions {
  readonly rows: number;
  readonly times: (work: () => Promise<unknown>) => Promise<number[]>;
}

/**
 * Agreement over seven days, a sample a minute against all rows of the new system: when all agree, and when none does, so
 * that for every sample the search goes as far as it ever does. Old and new are two connections, as they are two servers.
 */
export async function benchAgreement(dsn: string, { rows: size, times }: BenchOptions): Promise<void> {
  await using database = await benchDatabase(dsn);
  const { client } = database;
  // Of a second connection: while the new system looks for a page's messages, the old one reads the next page.
  await using other = await secondConnection(client);
  const values = Object.fromEntries(columns.map((name, index) => [name, `((i / 1000) % 3000 + ${index})`]));
  await generateRows(
    client,
    {
      table: rows.table,
      time: rows.time,
      columns: {
        device_serial: { type: 'text NOT NULL', value: `'SE1-00420815'` },
        ...Object.fromEntries(columns.map((name) => [name, { type: 'smallint', value: `${values[name]}::smallint` }])),
      },
      indexes: ['device_serial, time DESC'],
    },
    { rows: size, days },
  );
  await client.query(
    `CREATE TABLE energy AS SELECT time AS ts, ${columns.map((name) => `${name}::float8 + 0.3 AS ${name}`).join(', ')}
       FROM (SELECT DISTINCT ON (time_bucket('1 minute', time)) * FROM energy_consumption
              ORDER BY time_bucket('1 minute', time), time) first`,
  );
  await client.query('CREATE UNIQUE INDEX ON energy (ts)');
  await client.query('VACUUM (ANALYZE) energy');

  const now = new Date();
  const compare = () =>
    compareStream({
      stream: 'energy',
      old: { config: old, db: queries(other.client) },
      new: { stream: 'energy', rows, db: queries(client) },
      migration: { agreement: { ...agreementSection.parse({}), window: days * 86_400 }, maintenance: [] },
      now,
    });
  const agreeing = await compare();
  if (agreeing.columns.some(({ differingCount }) => differingCount > 0)) throw new Error('what was generated differs');
  const millions = `${size / 1e6} million rows`;
  console.log(row(`agreement over ${days} days, ${millions}`, await times(compare), 's', 'limit 5 s'));
  await client.query('UPDATE energy SET power = power * 10 + 50');
  console.log(row('  when no sample agrees', await times(compare), 's', 'limit 5 s'));
  const { columns: differing } = await compare();
  if (differing[0]?.differingCount !== agreeing.comparedCount) throw new Error('what was changed was not found');
  console.log(row('  this process at its largest', [process.resourceUsage().maxRSS / 1024], 'MiB', 'limit 300 MiB'));
  console.log(`  ${agreeing.comparedCount} samples, ${columns.length} columns\n`);
}

async function secondConnection({ host, port, user, password, database }: pg.Client) {
  const client = new pg.Client({ host, port, user, database, ...(password === null ? {} : { password }) });
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}
