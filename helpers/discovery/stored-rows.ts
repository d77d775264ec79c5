import { type Fact, known, unknown } from './fact.ts';
import type { LinkedSink, LinkedStream } from './systems.ts';

/** How a stream's rows are told, by its sink's mapping and its bridge's. */
export interface StoredRows {
  readonly table: string;
  readonly time: Fact<string>;
  readonly device: Fact<string>;
  /** Columns whose constant value tells these rows from those of other streams in the table. */
  readonly where: Fact<Readonly<Record<string, string>>>;
  /** What else is filled from the message. */
  readonly columns: readonly string[];
}

const timePaths = /^(\w+\.)?(ts|time|timestamp)$/;
const devicePaths = /(^|\.)(device(_?id)?|device_?serial|serial|sensor(_?id)?)$/i;

export function storedRows(stream: LinkedStream, all: readonly LinkedStream[]): StoredRows {
  const { rows } = stream.sink;
  const time = columnFrom(stream.sink, timePaths, 'a time');
  const device = columnFrom(stream.sink, devicePaths, 'a device');
  const where = tellingColumns(stream, all);
  const taken = new Set([
    ...[time, device].flatMap((fact) => ('known' in fact ? [fact.known] : [])),
    ...('known' in where ? Object.keys(where.known) : []),
  ]);
  const filled = rows.columns.filter(({ column, path }) => path !== undefined && !taken.has(column));
  return { table: rows.table, time, device, where, columns: filled.map(({ column }) => column) };
}

/** The one column that is filled from a member whose path says what it is. */
function columnFrom({ rows }: LinkedSink, paths: RegExp, what: string): Fact<string> {
  const [first, ...others] = rows.columns.filter(({ path }) => path !== undefined && paths.test(path));
  if (first === undefined) return unknown(`no column of ${rows.table} is filled from ${what}`);
  if (others.length > 0) {
    const names = [first, ...others].map(({ column }) => column);
    return unknown(`several columns of ${rows.table} are filled from ${what}: ${names.join(', ')}`);
  }
  return known(first.column);
}

/** For a device column the member of the record's tags that fills it. */
export function pathOf({ rows }: LinkedSink, column: string): string | undefined {
  return rows.columns.find((each) => each.column === column)?.path;
}

function tellingColumns(stream: LinkedStream, all: readonly LinkedStream[]): StoredRows['where'] {
  const others = all.filter((other) => other !== stream && isSameTable(other.sink, stream.sink));
  if (others.length === 0) return known({});
  const constant = ({ sink, constants }: LinkedStream, column: string) => constants.get(pathOf(sink, column) ?? '');
  for (const { column } of stream.sink.rows.columns) {
    const own = constant(stream, column);
    const theirs = others.map((other) => constant(other, column));
    if (own !== undefined && theirs.every((value) => value !== undefined && value !== own)) {
      return known({ [column]: own });
    }
  }
  const names = others.map(({ name }) => name).join(', ');
  return unknown(`${stream.sink.rows.table} holds rows of ${names} too, and no column was found that tells them apart`);
}

function isSameTable(a: LinkedSink, b: LinkedSink): boolean {
  return (
    a.rows.table === b.rows.table && a.database.host === b.database.host && a.database.database === b.database.database
  );
}
