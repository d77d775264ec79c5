import type { Rule, RuleGroup } from './config.ts';
import { evaluate, type VectorSample } from './evaluate.ts';
import { keyOf, type Labels, type SeriesStore } from './series.ts';

interface ActiveAlert {
  readonly labels: Labels;
  readonly activeAtMs: number;
  value: number;
}

/** One loaded rule and what its last evaluation gave. */
export class LoadedRule {
  readonly rule: Rule;
  readonly #timeScale: number;
  #health: 'unknown' | 'ok' | 'err' = 'unknown';
  #lastError = '';
  #evaluatedAtMs: number | undefined;
  #seconds = 0;
  #active = new Map<string, ActiveAlert>();
  #recorded: ReadonlySet<string> = new Set();

  constructor(rule: Rule, timeScale: number) {
    this.rule = rule;
    this.#timeScale = timeScale;
  }

  evaluate(store: SeriesStore, atMs: number): void {
    const began = performance.now();
    this.#evaluatedAtMs = atMs;
    try {
      const value = evaluate(this.rule.tree, store, atMs);
      const vector = typeof value === 'number' ? [{ labels: {}, value }] : value;
      if (this.rule.type === 'recording') this.#record(vector, store, atMs);
      else this.#alert(vector, atMs);
      this.#health = 'ok';
      this.#lastError = '';
    } catch (error) {
      this.#health = 'err';
      this.#lastError = (error as Error).message;
    }
    this.#seconds = (performance.now() - began) / 1000;
  }

  /** As /api/v1/rules has it. */
  describe(nowMs: number): object {
    const { type, name, query, labels, annotations, forMs } = this.rule;
    const evaluation = {
      health: this.#health,
      ...(this.#lastError === '' ? {} : { lastError: this.#lastError }),
      evaluationTime: this.#seconds,
      lastEvaluation: this.#evaluatedAtMs === undefined ? '0001-01-01T00:00:00Z' : iso(this.#evaluatedAtMs),
      type,
    };
    if (type === 'recording') return { name, query, labels, ...evaluation };
    const alerts = this.alerts(nowMs);
    const states = alerts.map(({ state }) => state);
    const state = states.includes('firing') ? 'firing' : (states[0] ?? 'inactive');
    return { state, name, query, duration: forMs / 1000, labels, annotations, alerts, ...evaluation };
  }

  alerts(nowMs: number): { labels: Labels; annotations: Labels; state: string; activeAt: string; value: string }[] {
    // What is waited for is shorter where the replica is faster than life.
    const pendingMs = this.rule.forMs / this.#timeScale;
    return [...this.#active.values()].map(({ labels, activeAtMs, value }) => ({
      labels,
      annotations: this.rule.annotations,
      state: nowMs - activeAtMs >= pendingMs ? 'firing' : 'pending',
      activeAt: iso(activeAtMs),
      value: value.toExponential(),
    }));
  }

  #alert(vector: readonly VectorSample[], atMs: number): void {
    const now = vector.map(({ labels: { __name__: _, ...labels }, value }): [string, ActiveAlert] => {
      const own = { ...labels, ...this.rule.labels, alertname: this.rule.name };
      const key = keyOf(own);
      return [key, { labels: own, activeAtMs: this.#active.get(key)?.activeAtMs ?? atMs, value }];
    });
    this.#active = new Map(now);
  }

  #record(vector: readonly VectorSample[], store: SeriesStore, atMs: number): void {
    const samples = vector.map(({ labels, value }) => ({
      labels: { ...labels, ...this.rule.labels, __name__: this.rule.name },
      value,
    }));
    for (const { labels, value } of samples) store.append(labels, atMs, value);
    const keys = new Set(samples.map(({ labels }) => keyOf(labels)));
    store.end(this.#recorded, keys, atMs);
    this.#recorded = keys;
  }
}

export interface LoadedGroup extends Omit<RuleGroup, 'rules'> {
  readonly rules: readonly LoadedRule[];
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
