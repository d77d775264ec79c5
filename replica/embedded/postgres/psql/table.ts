/** How results are printed, as \pset holds it. */
export interface Format {
  readonly style: 'aligned' | 'unaligned' | 'csv';
  readonly expanded: boolean;
  readonly tuplesOnly: boolean;
  readonly separator: string;
  /** What stands for NULL. */
  readonly none: string;
}

export const aligned: Format = { style: 'aligned', expanded: false, tuplesOnly: false, separator: '|', none: '' };

export interface Result {
  readonly title?: string;
  readonly columns: readonly { readonly name: string; readonly right: boolean }[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Lines below, in place of the count of rows. */
  readonly footers?: readonly string[];
}

/** A result as psql prints it, with its last line feed. The rules are those of psql's print.c with border 1. */
export function printed(result: Result, format: Format): string {
  const shown = { ...result, rows: result.rows.map((row) => row.map((cell) => cell ?? format.none)) };
  if (format.style === 'csv') return csv(shown, format);
  if (format.style === 'unaligned') return unaligned(shown, format);
  return format.expanded ? expanded(shown, format) : alignedTable(shown, format);
}

type Shown = Omit<Result, 'rows'> & { readonly rows: readonly (readonly string[])[] };

function alignedTable(result: Shown, { tuplesOnly }: Format): string {
  const { columns, rows, title } = result;
  const lines = rows.map((row) => row.map((cell) => cell.split('\n')));
  const widths = columns.map(({ name }, index) =>
    Math.max(tuplesOnly ? 0 : width(name), ...lines.flatMap((row) => (row[index] ?? []).map(width))),
  );
  const total = widths.reduce((sum, each) => sum + each, 0) + columns.length * 3 - 1;
  const body = lines.map((row) => alignedRow(row, columns, widths)).join('');
  if (tuplesOnly) return `${body}\n`;
  const caption =
    title === undefined ? '' : `${' '.repeat(Math.max(0, Math.floor((total - title.length) / 2)))}${title}\n`;
  const header = columns.map(({ name }, index) => ` ${centre(name, widths[index] ?? 0)} `).join('|');
  const rule = widths.map((each) => '-'.repeat(each + 2)).join('+');
  return `${caption}${header}\n${rule}\n${body}${footer(result)}\n`;
}

/** A cell of several lines makes the row as high, a plus sign showing that it goes on. */
function alignedRow(cells: readonly string[][], columns: Result['columns'], widths: readonly number[]): string {
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  let text = '';
  for (let line = 0; line < height; line++) {
    const parts = cells.map((lines, index) => {
      const isLast = index === cells.length - 1;
      const goesOn = line < lines.length - 1;
      const value = lines[line] ?? '';
      const space = ' '.repeat((widths[index] ?? 0) - width(value));
      const padded = columns[index]?.right ? `${space}${value}` : `${value}${isLast && !goesOn ? '' : space}`;
      const filled = line >= lines.length && isLast ? '' : padded;
      return ` ${filled}${goesOn ? '+' : isLast ? '' : ' '}`;
    });
    text += `${parts.join('|')}\n`;
  }
  return text;
}

function expanded(result: Shown, { tuplesOnly }: Format): string {
  const { columns, rows } = result;
  if (rows.length === 0) return tuplesOnly ? '' : '(0 rows)\n\n';
  const nameWidth = Math.max(...columns.map(({ name }) => width(name)));
  const leastWidth = '-[ RECORD 1 '.length - nameWidth - ' | '.length;
  const valueWidth = Math.max(leastWidth, ...rows.flatMap((row) => row.flatMap((cell) => cell.split('\n').map(width))));
  const records = rows.map((row, index) => {
    const head = tuplesOnly ? '' : `${recordLine(index + 1, nameWidth, valueWidth)}\n`;
    const lines = columns.map(({ name }, column) => {
      const parts = (row[column] ?? '').split('\n');
      return parts
        .map((part, line) => {
          const label = (line === 0 ? name : '').padEnd(nameWidth);
          return `${label} | ${line < parts.length - 1 ? `${part.padEnd(valueWidth)}+` : part}`;
        })
        .join('\n');
    });
    return `${head}${lines.join('\n')}\n`;
  });
  return `${records.join(tuplesOnly ? '\n' : '')}\n`;
}

function recordLine(record: number, nameWidth: number, valueWidth: number): string {
  const label = `-[ RECORD ${record} ]`;
  const rule = `${'-'.repeat(nameWidth)}-+-${'-'.repeat(valueWidth)}`;
  return `${label}${rule.slice(label.length)}`;
}

function unaligned(result: Shown, { tuplesOnly, expanded: isExpanded, separator }: Format): string {
  const { columns, rows } = result;
  if (isExpanded) {
    const records = rows.map((row) =>
      columns.map(({ name }, index) => `${name}${separator}${row[index] ?? ''}\n`).join(''),
    );
    return records.join('\n');
  }
  const body = rows.map((row) => `${row.join(separator)}\n`).join('');
  if (tuplesOnly) return body;
  return `${columns.map(({ name }) => name).join(separator)}\n${body}${footer(result)}`;
}

function csv({ columns, rows }: Shown, { tuplesOnly }: Format): string {
  const quoted = (cell: string) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const all = tuplesOnly ? rows : [columns.map(({ name }) => name), ...rows];
  return all.map((row) => `${row.map(quoted).join(',')}\n`).join('');
}

function footer({ rows, footers }: Shown): string {
  if (footers) return footers.map((line) => `${line}\n`).join('');
  return `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})\n`;
}

function centre(text: string, columns: number): string {
  const left = Math.floor((columns - width(text)) / 2);
  return `${' '.repeat(left)}${text}${' '.repeat(columns - width(text) - left)}`;
}

function width(text: string): number {
  return [...text].length;
}
