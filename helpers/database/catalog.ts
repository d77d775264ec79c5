import type { TableColumns } from './observed.ts';
import type { Queries } from './sql.ts';

/**
 * Every table and view of a database with its columns, those of PostgreSQL and of extensions left out. Read from the
 * catalog: information_schema shows a role only the columns that it may read, and what is hidden must not pass for absent.
 * Throws `Unobservable` when the database does not answer.
 */
export async function observeCatalog(db: Queries): Promise<TableColumns[]> {
  return db.query<{ schema: string; table: string; columns: string[] }>(
    `SELECT n.nspname AS schema, c.relname AS "table",
            coalesce(array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attname IS NOT NULL), '{}') AS columns
       FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND n.nspname <> 'information_schema' AND n.nspname !~ '^(pg_|_?timescaledb_)'
        AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                         WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      GROUP BY 1, 2 ORDER BY 1, 2`,
  );
}
