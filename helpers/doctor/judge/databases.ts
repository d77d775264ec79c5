import { count, foundInstead, list } from '../../judge/words.ts';
import type { DatabaseRole, DatabaseSight, DatabaseVersion, Sights, TableAccess } from '../observed.ts';
import { notReached } from './endpoints.ts';
import { type DoctorFinding, type Level, seen, unseen, unseenFinding } from './finding.ts';

/** Each database: whether it lets us in, whether the role can read what it needs, and whether it can do more than that. */
export function databaseFindings({ databases }: Pick<Sights, 'databases'>): DoctorFinding[] {
  return databases.flatMap(ofDatabase);
}

function ofDatabase(sight: DatabaseSight): DoctorFinding[] {
  const { place, login, old, needsTimescale } = sight;
  const address = `${place.namespace}/${place.service}:${place.port}`;
  const subject = `${place.database} on ${address}`;
  const why = unseen(login);
  if (why) {
    const found = notReached('databases', subject, why, address);
    return [old && why.kind === 'no-ready-pod' ? { ...found, level: 'warning' } : found];
  }
  const role = seen(sight.role);
  const user = role?.name ?? seen(login) ?? '';
  const tables = seen(sight.tables) ?? [];
  const readable = tables.filter(isReadable).length;
  const reads = tables.length === 0 ? '' : `, who may read ${readable} of ${count(tables.length, 'table')}`;
  const version = seen(sight.version);
  const say = (level: Level, text: string, fix?: string): DoctorFinding => ({
    group: 'databases',
    level,
    subject,
    text,
    ...(fix === undefined ? {} : { fix }),
  });
  return [
    say('ok', `lets ${user} in${reads}`),
    ...[sight.role, sight.tables, sight.clock, sight.version].flatMap((look) => {
      const reason = unseen(look);
      return reason ? [unseenFinding('databases', subject, reason)] : [];
    }),
    ...tables.flatMap((table) => ofTable(table, user, say)),
    ...(role === undefined ? [] : ofRole(role, say)),
    ...(version !== undefined && needsTimescale ? ofTimescale(version, say) : []),
  ];
}

type Say = (level: Level, text: string, fix?: string) => DoctorFinding;

function isReadable({ schema, mayUseSchema, maySelect }: TableAccess): boolean {
  return schema !== undefined && mayUseSchema && maySelect;
}

function ofTable(access: TableAccess, user: string, say: Say): DoctorFinding[] {
  const { table, schema, mayUseSchema, maySelect, rowsHidden } = access;
  if (schema === undefined) {
    return [
      say(
        'unseen',
        `table ${table} does not exist${foundInstead(access.foundInstead)}`,
        'correct migration.yaml, or run the migration that creates it',
      ),
    ];
  }
  return [
    ...(mayUseSchema
      ? []
      : [
          say(
            'unseen',
            `${user} may not use schema ${schema}, which holds ${table}`,
            `GRANT USAGE ON SCHEMA ${schema} TO ${user};`,
          ),
        ]),
    ...(maySelect
      ? []
      : [say('unseen', `${user} may not read table ${table}`, `GRANT SELECT ON ${schema}.${table} TO ${user};`)]),
    ...(rowsHidden
      ? [
          say(
            'unseen',
            `row security hides rows of table ${table} from ${user}`,
            `CREATE POLICY ${user}_reads ON ${schema}.${table} FOR SELECT TO ${user} USING (true);`,
          ),
        ]
      : []),
  ];
}

function ofRole({ name, attributes, isMonitor, powers, writable, creates }: DatabaseRole, say: Say): DoctorFinding[] {
  const isSuperuser = attributes.includes('SUPERUSER');
  const monitor = isMonitor
    ? []
    : [
        say(
          'unseen',
          `${name} is no member of pg_monitor: other sessions and failures of jobs are hidden from it`,
          `GRANT pg_monitor TO ${name};`,
        ),
      ];
  if (isSuperuser) {
    return [
      ...monitor,
      say(
        'warning',
        `${name} is a superuser: it may do everything, and verify only reads`,
        'give verify a role with pg_monitor and SELECT',
      ),
    ];
  }
  const more = [
    ...attributes.map((attribute) => ({ can: attribute, fix: `ALTER ROLE ${name} NO${attribute};` })),
    ...powers.map((power) => ({ can: `it is a member of ${power}`, fix: `REVOKE ${power} FROM ${name};` })),
    ...(writable.length === 0
      ? []
      : [
          {
            can: `it may write to ${list(writable, 4)}`,
            fix: `REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ${writable.join(', ')} FROM ${name};`,
          },
        ]),
    ...(creates.length === 0
      ? []
      : [
          {
            can: `it may create objects in schema ${list(creates)}`,
            fix: `REVOKE CREATE ON SCHEMA ${creates.join(', ')} FROM ${name}, PUBLIC;`,
          },
        ]),
  ];
  return [...monitor, ...more.map(({ can, fix }) => say('warning', `${name} has more than it needs: ${can}`, fix))];
}

function ofTimescale({ timescale }: DatabaseVersion, say: Say): DoctorFinding[] {
  if (timescale === undefined) {
    return [
      say(
        'warning',
        'TimescaleDB is not installed in it, and migration.yaml has hypertables here',
        'CREATE EXTENSION timescaledb;',
      ),
    ];
  }
  return timescale.edition === 'Apache'
    ? [say('warning', "TimescaleDB's Apache edition has no retention policies; P1.retention cannot hold")]
    : [];
}
