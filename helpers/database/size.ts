import type { Database } from '../target/dial/postgres.ts';

/** What a database takes on disk, bytes, its indexes included. Throws `Unobservable`. */
export async function observeSize(database: Database): Promise<number> {
  const [row] = await database.query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes');
  return Number(row?.bytes);
}
