import { type Queries, tableName } from '../../database/sql.ts';
import { nearNames } from '../../near-names.ts';
import type { DatabaseRole, TableAccess } from '../observed.ts';

/** Predefined roles that give more than reading: https://www.postgresql.org/docs/current/predefined-roles.html */
const powers = [
  'pg_write_all_data',
  'pg_write_server_files',
  'pg_execute_server_program',
  'pg_signal_backend',
  'pg_maintain',
  'pg_checkpoint',
];

/** Schemas that are no user's: PostgreSQL's own, and where TimescaleDB keeps chunks and catalog. */
const ofUsers = `n.nspname <> 'information_schema' AND n.nspname !~ '^(pg_|_?timescaledb)'`;
/** Tables, partitioned tables, views, materialized views, foreign tables; not those of extensions. */
const relations = `c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${ofUsers} AND NOT EXISTS (
  SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

/** What the role of this connection may do. Rights that come by way of other roles and of PUBLIC count. */
export async function observeRole(db: Queries): Promise<DatabaseRole> {
  const [role] = await db.query<{
    name: string;
    superuser: boolean;
    createRole: boolean;
    createDatabase: boolean;
    replication: boolean;
    bypass: boolean;
    isMonitor: boolean;
  }>(
    `SELECT rolname::text AS name, rolsuper AS superuser, rolcreaterole AS "createRole", rolcreatedb AS "createDatabase",
            rolreplication AS replication, rolbypassrls AS bypass,
            pg_has_role(current_user, 'pg_monitor', 'USAGE') AS "isMonitor"
       FROM pg_catalog.pg_roles WHERE rolname = current_user`,
  );
  if (role === undefined) throw new Error('a role that is not in pg_roles cannot have logged in');
  const rights = await db.query<{ kind: 'power' | 'writable' | 'creates'; name: string }>(
    `SELECT 'power' AS kind, r.rolname::text AS name FROM pg_catalog.pg_roles r
      WHERE r.rolname = ANY ($1) AND pg_has_role(current_user, r.oid, 'USAGE')
      UNION ALL
     SELECT 'creates', n.nspname::text FROM pg_catalog.pg_namespace n
      WHERE ${ofUsers} AND has_schema_privilege(n.oid, 'CREATE')
      UNION ALL
     SELECT 'writable', n.nspname || '.' || c.relname FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE ${relations} AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
      ORDER BY 1, 2`,
    [powers],
  );
  const named = (kind: string) => rights.filter((right) => right.kind === kind).map(({ name }) => name);
  const attributes = {
    SUPERUSER: role.superuser,
    CREATEROLE: role.createRole,
    CREATEDB: role.createDatabase,
    REPLICATION: role.replication,
    BYPASSRLS: role.bypass,
  };
  return {
    name: role.name,
    attributes: Object.entries(attributes).flatMap(([attribute, has]) => (has ? [attribute] : [])),
    isMonitor: role.isMonitor,
    powers: named('power'),
    writable: named('writable'),
    creates: named('creates'),
  };
}

/** Whether each table is there and may be read, in the order given. Nothing is read from any. */
export async function observeTables(db: Queries, tables: readonly string[]): Promise<TableAccess[]> {
  const rows = await db.query<{
    table: string;
    schema: string | null;
    usage: boolean;
    select: boolean;
    hidden: boolean;
  }>(
    // A table in a schema that may not be used is not on the search path, and to_regclass says no more than that.
    `SELECT w.name AS table, n.nspname::text AS schema,
            coalesce(has_schema_privilege(n.oid, 'USAGE'), false) AS usage,
            coalesce(has_table_privilege(c.oid, 'SELECT'), false) AS select,
            coalesce(row_security_active(c.oid), false) AS hidden
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(name, quoted, nth)
       LEFT JOIN pg_catalog.pg_class c ON c.oid = coalesce(to_regclass(w.quoted)::oid, (
              SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
               WHERE w.name IN (c.relname, n.nspname || '.' || c.relname) AND ${relations}
               ORDER BY n.nspname LIMIT 1))
       LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      ORDER BY w.nth`,
    [tables, tables.map(tableName)],
  );
  const known = rows.every(({ schema }) => schema !== null) ? [] : await tableNames(db);
  return rows.map(({ table, schema, usage, select, hidden }) => ({
    table,
    ...(schema === null ? {} : { schema }),
    mayUseSchema: usage,
    maySelect: select,
    rowsHidden: hidden,
    foundInstead: schema === null ? nearNames(table, known) : [],
  }));
}

async function tableNames(db: Queries): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE ${relations}`,
  );
  return rows.map(({ name }) => name);
}
