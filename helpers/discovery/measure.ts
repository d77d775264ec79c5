import type { Kafka } from 'kafkajs';
import { readNewest } from '../broker/records.ts';
import type { Migration } from '../config/schema.ts';
import { observeHypertables } from '../database/hypertables.ts';
import { observeMigrations } from '../database/migrations.ts';
import { observeRetention } from '../database/retention.ts';
import { identifier, tableName } from '../database/sql.ts';
import { observeTables } from '../database/tables.ts';
import { observeWindow } from '../database/window.ts';
import { readCredentials } from '../target/credentials.ts';
import { connectKafka } from '../target/dial/kafka.ts';
import { connectPostgres, type Database } from '../target/dial/postgres.ts';
import type { Target } from '../target/target.ts';
import { Unobservable } from '../unobservable.ts';
import { type Fact, known, unknown } from './fact.ts';
import { type Pace, paceOf } from './pace.ts';

/** Records of a topic whose times tell how often its sensor reports. */
const recordsRead = 200;
/** Rows of so many seconds tell which columns a stream fills. */
const rowsSeconds = 24 * 60 * 60;

/** What a broker tells beside its stream files. */
export interface BrokerMeasure {
  readonly topics: readonly string[];
  readonly groups: readonly string[];
  /** By topic. */
  readonly paces: ReadonlyMap<string, Fact<Pace>>;
}

/** Asks a broker for its topics and groups, and reads the newest records of `topics` for their times alone. */
export async function measureBroker(
  target: Target,
  service: Migration['new']['kafka'],
  topics: readonly string[],
): Promise<Fact<BrokerMeasure>> {
  const connection = connectKafka(target, service);
  const admin = connection.kafka.admin();
  return seen(async () => {
    try {
      await admin.connect();
      const [names, { groups }] = await Promise.all([admin.listTopics(), admin.listGroups()]);
      const paces = topics.map(async (topic) => [topic, await measurePace(connection.kafka, topic)] as const);
      return {
        topics: names,
        groups: groups.map(({ groupId }) => groupId),
        paces: new Map(await Promise.all(paces)),
      };
    } catch (error) {
      throw connection.unobservable(error, `Kafka at ${service.namespace}/${service.service}`);
    } finally {
      await admin.disconnect().catch(() => {});
    }
  });
}

async function measurePace(kafka: Kafka, topic: string): Promise<Fact<Pace>> {
  const records = await seen(() => readNewest(kafka, topic, recordsRead));
  if ('unknown' in records) return records;
  const pace = paceOf(records.known.map(({ at }) => Date.parse(at)));
  return pace === undefined ? unknown(`topic ${topic} holds too few records to tell`) : known(pace);
}

/** What is asked of a table about one stream. */
export interface RowsQuestion {
  readonly stream: string;
  readonly table: string;
  readonly time: string | undefined;
  readonly device: string | undefined;
  readonly where: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
}

/** A table of the old database, by its catalog and its newest rows. */
export interface OldTable {
  /** With its schema unless that is public. */
  readonly table: string;
  readonly columns: readonly string[];
  /** As PostgreSQL writes them: `double precision`. */
  readonly types: ColumnTypes;
  readonly timeColumn: string | undefined;
  /** Each row has a time of its own; false for rows that are written over. */
  readonly isSeries: boolean;
  readonly pace: Fact<Pace>;
}

type ColumnTypes = ReadonlyMap<string, string>;

interface TableMeasure {
  readonly types: ColumnTypes;
  /** Undefined when it is no hypertable. */
  readonly timeColumn: string | undefined;
  /** Undefined when it has no retention policy. */
  readonly retentionSeconds: number | undefined;
}

export interface DatabaseMeasure {
  readonly migrations: readonly number[];
  readonly tables: ReadonlyMap<string, TableMeasure>;
  /** By stream: what its rows of a day hold. */
  readonly rows: ReadonlyMap<string, Fact<RowsMeasure>>;
}

export interface RowsMeasure {
  readonly rowCount: number;
  readonly columns: readonly {
    readonly column: string;
    readonly nullCount: number;
    readonly min?: number;
    readonly max?: number;
  }[];
}

/** Asks a database, read-only as verify does, about its migrations and about what its streams' rows hold. */
export async function measureDatabase(
  target: Target,
  place: Migration['old']['database'],
  credential: Migration['credentials'][string],
  questions: readonly RowsQuestion[],
  env: NodeJS.ProcessEnv,
): Promise<Fact<DatabaseMeasure>> {
  return seen(async () => {
    const credentials = await readCredentials(target.kube, credential, place.credentials, env);
    const database = await connectPostgres(target, place, credentials);
    try {
      const { versions } = await observeMigrations(database, place.database);
      const tables = [...new Set(questions.map(({ table }) => table))].map((table) => ({ table }));
      const hypertables = await observeHypertables(database, tables);
      const retention = await observeRetention(database, tables);
      const types = await columnTypes(database);
      const measures = hypertables.map(({ table, timeColumn }, index) => {
        const columns = types.get(table) ?? new Map();
        return [table, { types: columns, timeColumn, retentionSeconds: retention[index]?.dropAfterSeconds }] as const;
      });
      const rows = new Map<string, Fact<RowsMeasure>>();
      for (const question of questions) {
        const { timeColumn } = new Map(measures).get(question.table) ?? {};
        rows.set(question.stream, await measureRows(database, question, question.time ?? timeColumn));
      }
      return { migrations: versions.map(({ version }) => version), tables: new Map(measures), rows };
    } finally {
      await database.close();
    }
  });
}

/** Asks the old database what tables it has, and by their newest rows how often a sample is kept. */
export async function measureOldTables(
  target: Target,
  place: Migration['old']['database'],
  credential: Migration['credentials'][string],
  env: NodeJS.ProcessEnv,
): Promise<Fact<readonly OldTable[]>> {
  return seen(async () => {
    const credentials = await readCredentials(target.kube, credential, place.credentials, env);
    const database = await connectPostgres(target, place, credentials);
    try {
      const types = await columnTypes(database);
      const tables: OldTable[] = [];
      for (const { table, timeColumn, isSeries } of await observeTables(database, 'old')) {
        const own = types.get(table) ?? new Map<string, string>();
        const pace = isSeries && timeColumn !== undefined ? await rowPace(database, table, timeColumn) : noPace;
        tables.push({ table, columns: [...own.keys()], types: own, timeColumn, isSeries, pace });
      }
      return tables;
    } finally {
      await database.close();
    }
  });
}

const noPace = unknown('no column says when a row was');

async function rowPace(database: Database, table: string, timeColumn: string): Promise<Fact<Pace>> {
  const time = identifier(timeColumn);
  const rows = await database.query<{ ms: number }>(
    `SELECT DISTINCT (extract(epoch FROM t.at) * 1000)::float8 AS ms
       FROM (SELECT ${time} AS at FROM ${tableName(table)} ORDER BY ${time} DESC LIMIT ${recordsRead}) t`,
  );
  const pace = paceOf(rows.map(({ ms }) => ms));
  return pace === undefined ? unknown(`${table} holds too few rows to tell`) : known(pace);
}

/** The columns of every table with their types, by the table's name, in the table's order. */
async function columnTypes(database: Database): Promise<ReadonlyMap<string, ColumnTypes>> {
  const rows = await database.query<{ table: string; column: string; type: string }>(
    `SELECT CASE n.nspname WHEN 'public' THEN c.relname::text ELSE n.nspname || '.' || c.relname END AS "table",
            a.attname::text AS "column", format_type(a.atttypid, a.atttypmod) AS type
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
        AND n.nspname <> 'information_schema' AND n.nspname !~ '^(pg_|_?timescaledb_)'
      ORDER BY n.nspname, c.relname, a.attnum`,
  );
  const tables = Map.groupBy(rows, ({ table }) => table);
  return new Map([...tables].map(([table, own]) => [table, new Map(own.map(({ column, type }) => [column, type]))]));
}

async function measureRows(
  database: Database,
  { stream, table, device, where, columns }: RowsQuestion,
  time: string | undefined,
): Promise<Fact<RowsMeasure>> {
  if (time === undefined || device === undefined) return unknown('its time or device column is not known');
  const to = new Date();
  const from = new Date(to.getTime() - rowsSeconds * 1000);
  const rows = {
    database: '',
    table,
    time,
    device,
    where,
    columns: Object.fromEntries(columns.map((name) => [name, {}])),
  };
  return seen(() => observeWindow(database, stream, rows, { from, to }));
}

/** What could not be observed is not known, and why; it hides nothing else. */
async function seen<T>(observe: () => Promise<T>): Promise<Fact<T>> {
  try {
    return known(await observe());
  } catch (error) {
    if (error instanceof Unobservable) return unknown(error.message);
    throw error;
  }
}
