import { Unobservable } from '../unobservable.ts';
import type { SessionState } from './observed.ts';
import { isoText, type Queries } from './sql.ts';

/** As this suite calls itself: dial/postgres.ts. */
const ourselves = 'telemetry-verify';

/**
 * Who is connected to a database now, this suite aside: a session for each user, program and address, by the view that
 * pg_monitor may read whole. Throws `Unobservable`, also when the view does not show even this suite's own session.
 */
export async function observeSessions(db: Queries): Promise<SessionState[]> {
  const rows = await db.query<{
    user: string | null;
    application: string | null;
    address: string | null;
    sessions: number;
    since: string;
    active: string | null;
  }>(
    `SELECT usename::text AS user, application_name AS application, host(client_addr) AS address,
            count(*)::float8 AS sessions, ${isoText('min(backend_start)')} AS since, ${isoText('max(state_change)')} AS active
       FROM pg_stat_activity
      WHERE datname = current_database() AND backend_type = 'client backend'
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  );
  if (!rows.some(({ application }) => application === ourselves))
    throw new Unobservable(
      'unsupported',
      'pg_stat_activity does not show this session itself, so it hides others too',
      {
        hint: 'grant pg_monitor to the verifier’s role; a connection pooler in between hides its clients',
      },
    );
  return rows
    .filter(({ application }) => application !== ourselves)
    .map(({ user, application, address, sessions, since, active }) => ({
      user: user ?? '',
      application: application ?? '',
      ...(address === null ? {} : { address }),
      sessions,
      since,
      ...(active === null ? {} : { activeAt: active }),
    }));
}
