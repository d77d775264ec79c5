import { programArguments } from '../program-arguments.ts';
import { aligned, type Format } from './table.ts';

export interface Options {
  readonly user: string | undefined;
  readonly database: string | undefined;
  readonly host: string | undefined;
  readonly port: number;
  /** SQL or backslash commands of -c; undefined reads standard input. */
  readonly commands: readonly string[] | undefined;
  readonly format: Format;
  readonly quiet: boolean;
  readonly stopOnError: boolean;
  readonly only?: 'version' | 'databases';
}

/** Wrong usage, in psql's words. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads psql's arguments. Throws UsageError for what psql or this replica does not know. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = programArguments('psql', args, options, (words) => new UsageError(words));
  const pset = Object.fromEntries(values.pset.map((each) => each.split('=') as [string, string | undefined]));
  for (const name of Object.keys(pset)) {
    if (!['pager', 'null', 'format', 'expanded', 'tuples_only', 'fieldsep'].includes(name))
      throw new UsageError(`psql: error: \\pset: unknown option: ${name}`);
  }
  const variables = [...values.set, ...values.variable];
  return {
    user: values.username ?? positionals[1],
    database: values.dbname ?? positionals[0],
    host: values.host,
    port: Number(values.port ?? 5432),
    commands: values.command,
    format: {
      ...aligned,
      style: styleOf(values.csv ? 'csv' : values['no-align'] ? 'unaligned' : (pset.format ?? 'aligned')),
      expanded: values.expanded || isOn(pset, 'expanded'),
      tuplesOnly: values['tuples-only'] || isOn(pset, 'tuples_only'),
      separator: pset.fieldsep ?? values['field-separator'],
      none: pset.null ?? '',
    },
    quiet: values.quiet,
    stopOnError: variables.some((each) => /^ON_ERROR_STOP=(1|on|true)$/i.test(each)),
    ...(values.version ? { only: 'version' } : values.list ? { only: 'databases' } : {}),
  };
}

const options = {
  username: { type: 'string', short: 'U' },
  dbname: { type: 'string', short: 'd' },
  host: { type: 'string', short: 'h' },
  port: { type: 'string', short: 'p' },
  command: { type: 'string', short: 'c', multiple: true },
  'tuples-only': { type: 'boolean', short: 't', default: false },
  'no-align': { type: 'boolean', short: 'A', default: false },
  csv: { type: 'boolean', default: false },
  expanded: { type: 'boolean', short: 'x', default: false },
  'field-separator': { type: 'string', short: 'F', default: '|' },
  pset: { type: 'string', short: 'P', multiple: true, default: [] as string[] },
  quiet: { type: 'boolean', short: 'q', default: false },
  'no-psqlrc': { type: 'boolean', short: 'X', default: false },
  'no-password': { type: 'boolean', short: 'w', default: false },
  set: { type: 'string', short: 'v', multiple: true, default: [] as string[] },
  variable: { type: 'string', multiple: true, default: [] as string[] },
  list: { type: 'boolean', short: 'l', default: false },
  version: { type: 'boolean', short: 'V', default: false },
} as const;

function styleOf(name: string): Format['style'] {
  if (name === 'aligned' || name === 'unaligned' || name === 'csv') return name;
  throw new UsageError(`psql: error: \\pset: allowed formats in this replica are aligned, csv, unaligned`);
}

function isOn(pset: Readonly<Record<string, string | undefined>>, name: string): boolean {
  return name in pset && !/^(off|0|false)$/.test(pset[name] ?? 'on');
}
