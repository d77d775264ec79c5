export type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly atMs: number;
  /** Undefined marks where a series ended: https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness */
  readonly value: number | undefined;
}

export interface Series {
  /** With the metric's name under `__name__`. */
  readonly labels: Labels;
  readonly samples: Sample[];
}

export interface Matcher {
  readonly label: string;
  readonly matches: (value: string) => boolean;
}

/** Older samples are forgotten: more than any rule or question looks back. */
const retentionMs = 2 * 3_600_000;

/** Series in memory, by their labels. */
export class SeriesStore {
  readonly #series = new Map<string, Series>();

  append(labels: Labels, atMs: number, value: number | undefined): void {
    const key = keyOf(labels);
    const series = this.#series.get(key) ?? { labels, samples: [] };
    this.#series.set(key, series);
    series.samples.push({ atMs, value });
    while ((series.samples[0]?.atMs ?? atMs) < atMs - retentionMs) series.samples.shift();
  }

  /** Ends what had a sample before and is not among the keys. */
  end(before: Iterable<string>, keys: ReadonlySet<string>, atMs: number): void {
    for (const key of before) {
      const series = this.#series.get(key);
      if (series && !keys.has(key)) this.append(series.labels, atMs, undefined);
    }
  }

  select(matchers: readonly Matcher[]): Series[] {
    return [...this.#series.values()].filter(({ labels }) =>
      matchers.every(({ label, matches }) => matches(labels[label] ?? '')),
    );
  }
}

export function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
