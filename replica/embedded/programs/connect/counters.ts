const inputNames = [
  'input_connection_failed',
  'input_connection_lost',
  'input_connection_up',
  'input_received',
] as const;
const outputNames = [
  'output_batch_sent',
  'output_connection_failed',
  'output_connection_lost',
  'output_connection_up',
  'output_error',
  'output_sent',
] as const;
const processorNames = ['processor_error', 'processor_received', 'processor_sent'] as const;

export type CounterName = (typeof inputNames | typeof outputNames | typeof processorNames)[number];

/** The counters of one stream. A stream that is replaced over the API goes on counting, as in the real program. */
export class Counters {
  readonly stream: string;
  readonly inputLabel: string;
  readonly outputLabel: string;
  readonly #processors: readonly string[];
  /** By name; those of the mapping, the first processor, are counted. */
  readonly #values = new Map<CounterName, number>();

  /** @param of.processors their paths in the stream's file; the first of them is the mapping */
  constructor(of: { stream: string; inputLabel: string; outputLabel: string; processors: readonly string[] }) {
    this.stream = of.stream;
    this.inputLabel = of.inputLabel;
    this.outputLabel = of.outputLabel;
    this.#processors = of.processors;
  }

  add(...names: CounterName[]): void {
    for (const name of names) this.#values.set(name, this.get(name) + 1);
  }

  get(name: CounterName): number {
    return this.#values.get(name) ?? 0;
  }

  *samples(): Generator<{ name: string; labels: string; value: number }> {
    const labels = (label: string, path: string) => `label="${label}",path="${path}",stream="${this.stream}"`;
    for (const name of inputNames) yield { name, labels: labels(this.inputLabel, 'root.input'), value: this.get(name) };
    for (const name of outputNames)
      yield { name, labels: labels(this.outputLabel, 'root.output'), value: this.get(name) };
    for (const [index, path] of this.#processors.entries()) {
      for (const name of processorNames)
        yield { name, labels: labels('', path), value: index === 0 ? this.get(name) : 0 };
    }
  }
}

/** Prometheus text, samples of one name together, names in order. */
export function metricsText(counters: Iterable<Counters>): string {
  const byName = new Map<string, string[]>();
  for (const of of counters) {
    for (const { name, labels, value } of of.samples()) {
      const lines = byName.get(name) ?? [];
      lines.push(`${name}{${labels}} ${value}`);
      byName.set(name, lines);
    }
  }
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, lines]) => `# HELP ${name} Benthos Counter metric\n# TYPE ${name} counter\n${lines.join('\n')}\n`)
    .join('');
}
