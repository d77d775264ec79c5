import { readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';

interface StreamFile {
  readonly output?: {
    readonly sql_insert?: { readonly table: string; readonly columns: readonly string[] };
    readonly sql_raw?: { readonly query: string };
  };
}

let byTable: ReadonlyMap<string, readonly string[]> | undefined;

/** The columns that the new sinks fill, in the order of their stream files in replica/manifests. */
export function streamColumns(table: string): readonly string[] {
  byTable ??= new Map([...sinkOutputs()]);
  const columns = byTable.get(table);
  if (!columns) throw new Error(`no stream file of replica/manifests fills table ${table}`);
  return columns;
}

function* sinkOutputs(): Generator<[string, readonly string[]]> {
  for (const name of ['timescaledb', 'heatpump-settings']) {
    const text = readFileSync(new URL(`../../manifests/${name}.yaml`, import.meta.url), 'utf8');
    for (const document of parseAllDocuments(text)) {
      const { kind, data } = document.toJS() as { kind: string; data?: Record<string, string> };
      if (kind !== 'ConfigMap') continue;
      for (const [file, content] of Object.entries(data ?? {})) {
        if (file.endsWith('.yaml')) yield* columnsOf(parse(content) as StreamFile);
      }
    }
  }
}

function* columnsOf({ output }: StreamFile): Generator<[string, readonly string[]]> {
  if (output?.sql_insert) yield [output.sql_insert.table, output.sql_insert.columns];
  const upsert = /insert into (\w+)(?: as \w+)? \(([^)]*)\)/i.exec(output?.sql_raw?.query ?? '');
  // updated_at is the query's own now(), not one of the mapping's values.
  if (upsert?.[1] && upsert[2])
    yield [upsert[1], upsert[2].split(/\s*,\s*/).filter((column) => column !== 'updated_at')];
}
