import { createHash } from 'node:crypto';
import { count } from '../../helpers/judge/words.ts';
import type { DatabaseName, FaultTarget } from '../faults/fault.ts';
import { canonical } from './comparable.ts';

const databases: readonly DatabaseName[] = ['telemetry', 'settings', 'old'];

/** What may stand between a record and its row: tables, columns, triggers, functions, and who may read. */
const schemaSql = `
  SELECT 'trigger ' || tgrelid::regclass || ' ' || tgname AS name, pg_get_triggerdef(pg_trigger.oid) AS text
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'column ' || table_name || '.' || column_name, data_type || ' ' || is_nullable
    FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT 'grant ' || table_name || ' to ' || grantee, string_agg(privilege_type, ', ' ORDER BY privilege_type)
    FROM information_schema.role_table_grants WHERE table_schema = 'public' AND grantee <> 'postgres' GROUP BY 1, table_name, grantee
  UNION ALL SELECT 'function ' || proname, prosrc FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')`;

/** Of a TimescaleDB besides: what its jobs do. */
const jobsSql = `
  SELECT 'job ' || proc_name || ' ' || coalesce(hypertable_name, '') AS name,
      coalesce(config::text, '') || ' every ' || schedule_interval || CASE WHEN scheduled THEN '' ELSE ', off' END AS text
    FROM timescaledb_information.jobs`;

/**
 * What rows come from, each by name: the databases' schemas and jobs, the streams of each Redpanda Connect instance, and
 * the consumer groups with their members. A stream's config can hold a password: its digest alone is kept.
 */
export async function observeRowSources(target: FaultTarget): Promise<Map<string, string>> {
  const [schemas, streams, groups] = await Promise.all([schemasOf(target), observeStreams(target), groupsOf(target)]);
  return new Map([...schemas, ...streams, ...groups]);
}

async function schemasOf(target: FaultTarget): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for (const database of databases) {
    const [extension] = await target.sql(database, "SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'");
    const sql = extension === undefined ? schemaSql : `${schemaSql} UNION ALL ${jobsSql}`;
    const rows = await target.sql<{ name: string; text: string }>(database, sql);
    found.push(...rows.map(({ name, text }): [string, string] => [`${database}: ${name}`, text]));
  }
  return found;
}

/** The streams that each instance runs, by name, as its HTTP API has them. Throws what the API does where it does not answer. */
export async function observeStreams(
  target: Pick<FaultTarget, 'connect' | 'migration'>,
): Promise<readonly (readonly [string, string])[]> {
  const found = await Promise.all(
    Object.keys(target.migration.new.connect).map(async (instance) => {
      const api = target.connect(instance);
      const digest = async (stream: string) => createHash('sha256').update(canonical(await api.config(stream)));
      const streams = await api.streams();
      return Promise.all(
        streams.map(async (stream) => [streamKey(instance, stream), (await digest(stream)).digest('hex')] as const),
      );
    }),
  );
  return found.flat();
}

/** The name of a stream among what rows come from. */
export function streamKey(instance: string, stream: string): string {
  return `stream ${instance}/${stream}`;
}

async function groupsOf({ kafka, migration }: FaultTarget): Promise<[string, string][]> {
  const streams = Object.values(migration.new.streams).map(({ group }) => group);
  const names = [...new Set([...streams, migration.new.settings.group, ...migration.old.groups])];
  const admin = kafka.admin();
  await admin.connect();
  try {
    const { groups } = await admin.describeGroups(names);
    return groups.map(({ groupId, state, members }) => [
      `group ${groupId}`,
      `${state}, ${count(members.length, 'member')}`,
    ]);
  } finally {
    await admin.disconnect();
  }
}
