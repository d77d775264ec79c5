import type { Queries } from '../helpers/database/sql.ts';

/** Runs statements against a database as it is, looks, and takes back whatever was changed. */
export async function rolledBack(db: Queries, sql: readonly string[], look: () => Promise<void>): Promise<void> {
  await db.query('BEGIN');
  try {
    for (const statement of sql) await db.query(statement);
    await look();
  } finally {
    await db.query('ROLLBACK');
  }
}
