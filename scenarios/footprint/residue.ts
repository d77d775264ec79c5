import type { FaultTarget } from '../faults/fault.ts';

/** What observers could leave behind in the broker and in the databases. */
export interface Residue {
  /** Consumer groups, and their partitions with a committed offset: `timescaledb-energy homelab-energy-realtime/0`. */
  readonly kafka: readonly string[];
  /** Sessions of the verifier's role, and temporary or prepared things of anybody's. */
  readonly postgres: readonly string[];
}

/** Looks as the replica's admin. */
export async function residue(target: FaultTarget): Promise<Residue> {
  const [kafka, ...databases] = await Promise.all([
    groupsAndOffsets(target),
    ...(['telemetry', 'settings'] as const).map(async (database) => {
      const rows = await target.sql<{ what: string }>(database, leftInPostgres);
      return rows.map(({ what }) => `${database}: ${what}`);
    }),
  ]);
  return { kafka, postgres: databases.flat().sort() };
}

const leftInPostgres = `
  select 'session of ' || usename || ' as ' || application_name as what from pg_stat_activity where usename = 'verifier'
  union all select 'temporary ' || relname from pg_class where relpersistence = 't'
  union all select 'prepared transaction ' || gid from pg_prepared_xacts
  union all select 'replication slot ' || slot_name from pg_replication_slots
  union all select 'advisory lock ' || objid from pg_locks where locktype = 'advisory'`;

async function groupsAndOffsets({ kafka }: FaultTarget): Promise<string[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const { groups } = await admin.listGroups();
    const found = await Promise.all(
      groups.map(async ({ groupId }) => {
        const topics = await admin.fetchOffsets({ groupId });
        const offsets = topics.flatMap(({ topic, partitions }) =>
          partitions
            .filter(({ offset }) => Number(offset) >= 0)
            .map(({ partition }) => `${groupId} ${topic}/${partition}`),
        );
        return [groupId, ...offsets];
      }),
    );
    return found.flat().sort();
  } finally {
    await admin.disconnect();
  }
}

/** What stands in the second and not in the first. */
export function added(before: readonly string[], after: readonly string[]): string[] {
  const known = new Set(before);
  return after.filter((each) => !known.has(each));
}
