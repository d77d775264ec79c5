/** A result as psql prints it aligned: header centred, numbers to the right, `(n rows)` below. */
export function alignedTable(
  columns: readonly { readonly name: string; readonly right: boolean }[],
  rows: readonly (readonly string[])[],
  { tuplesOnly }: { readonly tuplesOnly: boolean },
): string {
  const widths = columns.map(({ name }, index) =>
    Math.max(tuplesOnly ? 0 : name.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) => `${cells.join('|').trimEnd()}\n`;
  const body = rows.map((row) =>
    line(
      columns.map(
        ({ right }, index) =>
          ` ${right ? (row[index] ?? '').padStart(widths[index] ?? 0) : (row[index] ?? '').padEnd(widths[index] ?? 0)} `,
      ),
    ),
  );
  if (tuplesOnly) return `${body.join('')}\n`;
  const header = `${columns.map(({ name }, index) => ` ${centre(name, widths[index] ?? 0)} `).join('|')}\n`;
  const rule = `${widths.map((width) => '-'.repeat(width + 2)).join('+')}\n`;
  return `${header}${rule}${body.join('')}(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})\n\n`;
}

function centre(text: string, width: number): string {
  const left = Math.floor((width - text.length) / 2);
  return `${' '.repeat(left)}${text}`.padEnd(width);
}
