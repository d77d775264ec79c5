/** One sample of the Prometheus text format: `input_received{stream="energy"} 20`. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * The samples of a page in the Prometheus text format 0.0.4, timestamps dropped. A line that is none throws an Error
 * with the line: a page that is something else must not read like one without metrics.
 * (npm has no parser of it that is kept up; the format is small and frozen:
 * https://prometheus.io/docs/instrumenting/exposition_formats/)
 */
export function parseMetrics(page: string): Sample[] {
  return page
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseSample);
}

function parseSample(line: string): Sample {
  const found = /^([a-zA-Z_:][\w:]*)\s*(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\}\s*)?(\S+)(?:\s+-?\d+)?$/.exec(line);
  const [, name, labels = '', value = ''] = found ?? [];
  if (name === undefined) throw new Error(`no sample of the Prometheus text format: ${line.slice(0, 200)}`);
  return { name, labels: parseLabels(labels, line), value: parseValue(value, line) };
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = Object.create(null);
  const label = /\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,\s*|$)/y;
  while (label.lastIndex < text.trimEnd().length) {
    const found = label.exec(text);
    if (!found) throw new Error(`labels cannot be read: ${line.slice(0, 200)}`);
    const [, name = '', value = ''] = found;
    labels[name] = value.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
  }
  return labels;
}

function parseValue(text: string, line: string): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  const value = Number(text);
  if (Number.isNaN(value) && text !== 'NaN') throw new Error(`no number: ${line.slice(0, 200)}`);
  return value;
}
