import { splitList } from './bloblang.ts';

/** What an INSERT statement writes where. */
export interface Insert {
  readonly table: string;
  /** In the statement's order; `argument` counts from 0 and is undefined for what is no parameter: `now()`. */
  readonly columns: readonly { readonly column: string; readonly argument: number | undefined }[];
  /** The column by which a row that is there already is found, when it is updated then. */
  readonly updatesBy?: string;
}

/** Reads one INSERT … VALUES ($1, …), with or without ON CONFLICT. Undefined for any other statement. */
export function readInsert(query: string): Insert | undefined {
  const head = /^\s*insert\s+into\s+([\w."]+)\s*(?:as\s+\w+\s*)?\(([^()]*)\)\s*values\s*\(/i.exec(query);
  const [whole, table = '', names = ''] = head ?? [];
  if (whole === undefined) return undefined;
  const end = closing(query, whole.length);
  if (end === undefined) return undefined;
  const columns = splitList(names).map(unquoted);
  const values = splitList(query.slice(whole.length, end));
  if (columns.length !== values.length) return undefined;
  const updatesBy = /^\s*on\s+conflict\s*\(([^(),]+)\)\s*do\s+update\b/i.exec(query.slice(end + 1))?.[1];
  return {
    table: unquoted(table),
    columns: columns.map((column, index) => ({ column, argument: parameter(values[index]) })),
    ...(updatesBy === undefined ? {} : { updatesBy: unquoted(updatesBy.trim()) }),
  };
}

/** Where the bracket closes that was open at an offset. */
function closing(text: string, from: number): number | undefined {
  let depth = 1;
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === '(') depth += 1;
    else if (text[index] === ')') depth -= 1;
    if (depth === 0) return index;
  }
  return undefined;
}

function parameter(value: string | undefined): number | undefined {
  const number = /^\$(\d+)(?:::\w+)?$/.exec(value ?? '')?.[1];
  return number === undefined ? undefined : Number(number) - 1;
}

function unquoted(name: string): string {
  return name.replaceAll('"', '');
}
