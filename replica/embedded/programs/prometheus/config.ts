import { parse } from 'yaml';
import { type PromqlTree, parsePromql } from './promql.ts';

/** What of prometheus.yml and its rule files the replica reads. */
export interface PrometheusConfig {
  readonly scrapeMs: number;
  readonly evaluationMs: number;
  readonly targets: readonly ScrapeTarget[];
  readonly groups: readonly RuleGroup[];
}

export interface ScrapeTarget {
  readonly job: string;
  /** `host:port`, also its label `instance`. */
  readonly instance: string;
  readonly path: string;
}

export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  readonly rules: readonly Rule[];
}

export interface Rule {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly tree: PromqlTree;
  /** How long an alert is pending before it fires. */
  readonly forMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface ConfigFile {
  readonly global?: { readonly scrape_interval?: string; readonly evaluation_interval?: string };
  readonly rule_files?: readonly string[];
  readonly scrape_configs?: readonly {
    readonly job_name: string;
    readonly metrics_path?: string;
    readonly static_configs?: readonly { readonly targets: readonly string[] }[];
  }[];
}

interface RuleFile {
  readonly groups?: readonly {
    readonly name: string;
    readonly rules?: readonly {
      readonly alert?: string;
      readonly record?: string;
      readonly expr: string;
      readonly for?: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
    }[];
  }[];
}

/** Throws an Error with a reason where the real program would not start: no such file, no YAML, no PromQL. */
export function readConfig(path: string, files: ReadonlyMap<string, string>): PrometheusConfig {
  const text = files.get(path);
  if (text === undefined) throw new Error(`open ${path}: no such file or directory`);
  const { global = {}, rule_files = [], scrape_configs = [] } = (parse(text) ?? {}) as ConfigFile;
  return {
    scrapeMs: durationMs(global.scrape_interval ?? '1m'),
    evaluationMs: durationMs(global.evaluation_interval ?? '1m'),
    targets: scrape_configs.flatMap(({ job_name: job, metrics_path: path = '/metrics', static_configs = [] }) =>
      static_configs.flatMap(({ targets }) => targets.map((instance) => ({ job, instance, path }))),
    ),
    groups: rule_files.flatMap((file) => ruleGroups(file, files.get(file) ?? '')),
  };
}

function ruleGroups(file: string, text: string): RuleGroup[] {
  const { groups = [] } = (parse(text) ?? {}) as RuleFile;
  return groups.map(({ name, rules = [] }) => ({
    name,
    file,
    rules: rules.map(({ alert, record, expr, for: pending, labels = {}, annotations = {} }) => ({
      type: alert === undefined ? 'recording' : 'alerting',
      name: alert ?? record ?? '',
      query: expr.trim(),
      tree: parsePromql(expr.trim()),
      forMs: pending === undefined ? 0 : durationMs(pending),
      labels,
      annotations,
    })),
  }));
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** As Prometheus writes it: `15s`, `1h30m`. Throws an Error for anything else. */
export function durationMs(text: string): number {
  if (!/^(\d+(ms|[smhdwy]))+$/.test(text)) throw new Error(`not a valid duration string: ${JSON.stringify(text)}`);
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (unitMs[unit] ?? 0),
    0,
  );
}
