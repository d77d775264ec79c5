import type { MigrationsState } from './observed.ts';
import { isoText, type Queries } from './sql.ts';
import { requireColumns, tableShape } from './table.ts';

const table = 'schema_migrations';

/**
 * The migrations that a database has seen, by version. Name and time are empty where the table does not keep them.
 * Throws `Unobservable` when the table has no versions or the database does not answer.
 */
export async function observeMigrations(db: Queries, database: string): Promise<MigrationsState> {
  const shape = await tableShape(db, table);
  if (shape === undefined) return { database, tableExists: false, versions: [] };
  requireColumns(shape, ['version']);
  const name = shape.columns.has('name') ? `coalesce(name::text, '')` : `''`;
  const appliedAt = shape.columns.has('applied_at') ? `coalesce(${isoText('applied_at')}, '')` : `''`;
  const versions = await db.query<{ version: number; name: string; appliedAt: string }>(
    `SELECT version::float8 AS version, ${name} AS name, ${appliedAt} AS "appliedAt" FROM ${table} ORDER BY 1`,
  );
  return { database, tableExists: true, versions };
}
