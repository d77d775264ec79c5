import type { Held } from './suite.ts';

export type Row = Held & { readonly passed: number; readonly failed: number; readonly skipped: number };

/**
 * Rows as lines of text: what each contract was held against, how it was had, its version, how many of its cases passed,
 * failed and were skipped, and in words what that comes to. A row of which nothing ran never says that it is kept.
 */
export function contractTable(rows: readonly Row[]): string {
  const header = ['contract', 'subject', 'had by', 'version', 'passed', 'failed', 'skipped', ''];
  const cells = [header, ...rows.map(cellsOf)];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          numeric.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const numeric = new Set([4, 5, 6]);

function cellsOf(row: Row): string[] {
  const counts = [row.passed, row.failed, row.skipped].map(String);
  if ('absent' in row) {
    return [row.title, row.subject, '', '', ...counts, `${row.failed > 0 ? 'NOT HELD' : 'not held'}: ${row.absent}`];
  }
  return [row.title, row.subject, row.how, row.version ?? '', ...counts, outcome(row)];
}

function outcome({ passed, failed, skipped }: Row): string {
  if (failed > 0) return 'NOT KEPT';
  if (passed === 0) return 'not held: nothing ran';
  return skipped > 0 ? 'kept, as far as it ran' : 'kept';
}
