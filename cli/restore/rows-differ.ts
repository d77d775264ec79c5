import type { TableSums } from '../../helpers/backup/observed.ts';
import { tableName } from '../../helpers/database/sql.ts';
import { ask, type PodDatabase } from './pod-database.ts';

/** Which tables have other rows than were recorded, in words. Throws as `ask` does. */
export async function rowsDiffer(
  database: PodDatabase,
  tables: readonly Pick<TableSums, 'table' | 'rowCount'>[],
): Promise<string[]> {
  const different: string[] = [];
  for (const { table, rowCount } of tables) {
    const [count] = await ask(database, `SELECT count(*) FROM ${tableName(table)}`);
    if (Number(count) !== rowCount) different.push(`${table} has ${count} rows, ${rowCount} were backed up`);
  }
  return different;
}
