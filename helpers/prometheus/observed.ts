/** What Prometheus tells of itself, as plain data. Times are ISO 8601. */
export interface RuleState {
  readonly group: string;
  /** Of the alert, or of the metric that it records. */
  readonly name: string;
  readonly kind: 'alerting' | 'recording';
  readonly expression: string;
  /** The selectors that the expression cannot do without; undefined where it could not be read as PromQL. */
  readonly reads?: readonly Selector[];
  /** Of its last evaluation, in Prometheus' words: ok, err; unknown before the first. */
  readonly health: string;
  readonly lastError?: string;
  /** The alerts that fire by it now. */
  readonly firing: readonly { readonly since: string; readonly labels: Readonly<Record<string, string>> }[];
}

/** A vector selector of PromQL: `up{job="mqtt-kafka-bridge"}`. */
export interface Selector {
  readonly text: string;
  /** The metric's name, where the selector has one. */
  readonly metric?: string;
  /** Labels that have to be of one value. */
  readonly equal: readonly { readonly label: string; readonly value: string }[];
}

/** Whether a selector has selected anything of late. */
export interface SeriesState {
  readonly selector: string;
  readonly metric?: string;
  /** Series with a sample within the window. */
  readonly seriesCount: number;
  /** Of a selector that selects nothing: how many series its metric has with whatever labels. */
  readonly metricSeriesCount?: number;
  /** The nearest names of metrics that are there, of one that is not. */
  readonly nearMetrics: readonly string[];
  /** Wanted values of labels that no series of the metric has, with the values that there are. */
  readonly wantedInVain: readonly {
    readonly label: string;
    readonly value: string;
    readonly there: readonly string[];
  }[];
}
