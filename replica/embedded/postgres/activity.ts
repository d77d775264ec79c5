/** A client's session, as pg_stat_activity shows it. */
export interface Activity {
  readonly pid: number;
  readonly usename: string;
  readonly application_name: string;
  /** Undefined for who comes through the pod's own socket. */
  readonly client_addr?: string;
  readonly backend_start: string;
  readonly state: string;
  readonly state_change: string;
}

const columns =
  'pid int, usename name, application_name text, client_addr inet, backend_start timestamptz, state text, state_change timestamptz, datname name, backend_type text, query text';

/** The view by its name, with an alias where one follows. */
const view =
  /\b(?:pg_catalog\.)?pg_stat_activity\b(\s+(?:as\s+)?(?!(?:where|group|order|limit|offset|join|left|right|full|inner|cross|natural|on|union|having)\b)[a-z_]\w*)?/gi;

/** Whether a statement asks for the sessions: this build's own view is empty, since it knows one session only. */
export function asksForActivity(statement: string): boolean {
  return statement.search(view) !== -1;
}

/** The statement with the sessions of the front in place of the view. */
export function withActivity(statement: string, database: string, sessions: readonly Activity[]): string {
  const rows = sessions.map((session) => ({
    ...session,
    datname: database,
    backend_type: 'client backend',
    query: '',
  }));
  const json = JSON.stringify(rows).replaceAll("'", "''");
  return statement.replace(
    view,
    (_, alias?: string) =>
      `(SELECT * FROM json_to_recordset('${json}') AS t(${columns}))${alias ?? ' AS pg_stat_activity'}`,
  );
}
