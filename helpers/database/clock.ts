import { isoText, type Queries } from './sql.ts';

/** The database's clock beside this machine's. */
export interface DatabaseClock {
  readonly databaseNow: string;
  /** To be added to this machine's time. */
  readonly offsetSeconds: number;
  /** The offset is right to within this: half of the time that the question took. */
  readonly uncertaintySeconds: number;
}

/** Throws `Unobservable` when the database does not answer. */
export async function observeClock(db: Queries): Promise<DatabaseClock> {
  const sentAt = Date.now();
  const [row] = await db.query<{ now: string }>(`SELECT ${isoText('clock_timestamp()')} AS now`);
  const receivedAt = Date.now();
  const databaseNow = row?.now ?? '';
  return {
    databaseNow,
    offsetSeconds: (Date.parse(databaseNow) - (sentAt + receivedAt) / 2) / 1000,
    uncertaintySeconds: (receivedAt - sentAt) / 2000,
  };
}
