import { durationMs } from './config.ts';
import { childrenOf, lacking, type PromqlNode, type PromqlTree } from './promql.ts';
import { matchersOf } from './selector.ts';
import { keyOf, type Labels, type Matcher, type SeriesStore } from './series.ts';

export interface VectorSample {
  readonly labels: Labels;
  readonly value: number;
}

/** A number, or an instant vector. */
export type Value = number | readonly VectorSample[];

/** An instant vector reaches so far back: https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness */
const lookbackMs = 5 * 60_000;

/**
 * The part of PromQL that the replica's rules and the questions of whoever looks at it need: selectors, arithmetic,
 * comparison, and/or/unless with on or ignoring, the aggregations without parameter, and the functions below. rate and increase do not
 * extrapolate. Throws an Error for anything else, never a wrong answer.
 */
export function evaluate(tree: PromqlTree, store: SeriesStore, atMs: number): Value {
  return new Evaluation(tree, store, atMs).value(tree.root);
}

class Evaluation {
  readonly #tree: PromqlTree;
  readonly #store: SeriesStore;
  readonly #atMs: number;

  constructor(tree: PromqlTree, store: SeriesStore, atMs: number) {
    this.#tree = tree;
    this.#store = store;
    this.#atMs = atMs;
  }

  value(node: PromqlNode): Value {
    switch (node.name) {
      case 'PromQL':
      case 'ParenExpr':
        return this.value(only(node));
      case 'NumberDurationLiteral':
        return Number(this.#text(node));
      case 'VectorSelector':
        return this.#instant(node).map(({ labels, value }) => ({ labels, value }));
      case 'FunctionCall':
        return this.#call(node);
      case 'AggregateExpr':
        return this.#aggregate(node);
      case 'BinaryExpr':
        return this.#binary(node);
      default:
        throw this.#lacks(node);
    }
  }

  #vector(node: PromqlNode): readonly VectorSample[] {
    const value = this.value(node);
    if (typeof value === 'number') throw new Error(`expected an instant vector: ${this.#text(node)}`);
    return value;
  }

  #instant(node: PromqlNode): { labels: Labels; value: number; atMs: number }[] {
    return this.#store.select(this.#matchers(node)).flatMap(({ labels, samples }) => {
      const last = samples.findLast(({ atMs }) => atMs <= this.#atMs);
      if (last?.value === undefined || last.atMs <= this.#atMs - lookbackMs) return [];
      return { labels, value: last.value, atMs: last.atMs };
    });
  }

  #range(node: PromqlNode): { labels: Labels; samples: { atMs: number; value: number }[]; seconds: number }[] {
    if (node.name !== 'MatrixSelector') throw new Error(`expected a range vector: ${this.#text(node)}`);
    const [selector, range] = childrenOf(node);
    if (selector === undefined || range === undefined) throw this.#lacks(node);
    const rangeMs = durationMs(this.#text(range));
    return this.#store.select(this.#matchers(selector)).flatMap(({ labels, samples }) => {
      const within = samples.flatMap(({ atMs, value }) =>
        value !== undefined && atMs > this.#atMs - rangeMs && atMs <= this.#atMs ? { atMs, value } : [],
      );
      return within.length === 0 ? [] : { labels, samples: within, seconds: rangeMs / 1000 };
    });
  }

  #matchers(node: PromqlNode): Matcher[] {
    return matchersOf(node, this.#tree.text);
  }

  #call(node: PromqlNode): Value {
    const name = this.#text(node.getChild('FunctionIdentifier') ?? node);
    const body = node.getChild('FunctionCallBody');
    const [argument] = body === null ? [] : childrenOf(body);
    if (name === 'time') return this.#atMs / 1000;
    if (argument === undefined) throw this.#lacks(node);
    switch (name) {
      case 'vector':
        return [{ labels: {}, value: Number(this.value(argument)) }];
      case 'timestamp':
        return this.#instant(argument).map(({ labels, atMs }) => ({ labels: nameless(labels), value: atMs / 1000 }));
      case 'absent':
        return this.#vector(argument).length > 0 ? [] : [{ labels: {}, value: 1 }];
      case 'last_over_time':
        return this.#range(argument).map(({ labels, samples }) => ({ labels, value: samples.at(-1)?.value ?? 0 }));
      case 'increase':
      case 'rate':
        return this.#range(argument).flatMap(({ labels, samples, seconds }) => {
          if (samples.length < 2) return [];
          const grown = increaseOf(samples.map(({ value }) => value));
          return { labels: nameless(labels), value: name === 'rate' ? grown / seconds : grown };
        });
      default:
        throw this.#lacks(node);
    }
  }

  #aggregate(node: PromqlNode): Value {
    const operator = this.#text(node.getChild('AggregateOp') ?? node).toLowerCase();
    const fold = folds[operator];
    const body = node.getChild('FunctionCallBody');
    const [argument, more] = body === null ? [] : childrenOf(body);
    if (fold === undefined || argument === undefined || more !== undefined) throw this.#lacks(node);
    const modifier = node.getChild('AggregateModifier');
    const names = this.#labelNames(modifier);
    const keeps =
      modifier === null
        ? () => false
        : modifier.getChild('By') !== null
          ? (label: string) => names.includes(label)
          : (label: string) => !names.includes(label);
    const groups = new Map<string, { labels: Labels; values: number[] }>();
    for (const { labels, value } of this.#vector(argument)) {
      const kept = filtered(nameless(labels), keeps);
      const group = groups.get(keyOf(kept)) ?? { labels: kept, values: [] };
      groups.set(keyOf(kept), group);
      group.values.push(value);
    }
    return [...groups.values()].map(({ labels, values }) => ({ labels, value: fold(values) }));
  }

  #binary(node: PromqlNode): Value {
    const [leftNode, operatorNode, ...rest] = childrenOf(node);
    const rightNode = rest.at(-1);
    if (leftNode === undefined || operatorNode === undefined || rightNode === undefined) throw this.#lacks(node);
    const modifier = rest.find(({ name }) => name === 'MatchingModifierClause');
    if (
      rest.length > 2 ||
      (rest.length === 2 && modifier === undefined) ||
      modifier?.getChild('GroupLeft') ||
      modifier?.getChild('GroupRight')
    )
      throw this.#lacks(node);
    const names = this.#labelNames(modifier ?? null);
    const keeps = modifier?.getChild('On')
      ? (label: string) => names.includes(label)
      : (label: string) => !names.includes(label);
    const key = ({ labels }: VectorSample) => keyOf(filtered(nameless(labels), keeps));
    const [left, right] = [this.value(leftNode), this.value(rightNode)];
    const operator = this.#text(operatorNode).toLowerCase();
    if (operator === 'and' || operator === 'or' || operator === 'unless') {
      if (typeof left === 'number' || typeof right === 'number')
        throw new Error(`set operator "${operator}" not allowed in binary scalar expression`);
      const [inLeft, inRight] = [left, right].map((side) => new Set(side.map(key)));
      if (operator === 'or') return [...left, ...right.filter((sample) => !inLeft?.has(key(sample)))];
      return left.filter((sample) => inRight?.has(key(sample)) === (operator === 'and'));
    }
    const compute = arithmetic[operator];
    const compare = comparisons[operator];
    if (compute === undefined && compare === undefined) throw this.#lacks(node);
    const pair = (a: number, b: number, sample: VectorSample): VectorSample[] => {
      if (compute !== undefined) return [{ labels: nameless(sample.labels), value: compute(a, b) }];
      return compare?.(a, b) ? [sample] : [];
    };
    if (typeof left === 'number' && typeof right === 'number') {
      if (compute === undefined) throw new Error('comparisons between scalars must use BOOL modifier');
      return compute(left, right);
    }
    if (typeof right === 'number')
      return (left as readonly VectorSample[]).flatMap((sample) => pair(sample.value, right, sample));
    if (typeof left === 'number') return right.flatMap((sample) => pair(left, sample.value, sample));
    const others = unique(right, key, 'right');
    unique(
      left.filter((sample) => others.has(key(sample))),
      key,
      'left',
    );
    return left.flatMap((sample) => {
      const other = others.get(key(sample));
      if (other === undefined) return [];
      return pair(sample.value, other.value, {
        ...sample,
        labels: compute ? filtered(nameless(sample.labels), keeps) : sample.labels,
      });
    });
  }

  #labelNames(modifier: PromqlNode | null): string[] {
    const grouping = modifier?.getChild('GroupingLabels');
    return grouping ? childrenOf(grouping).map((label) => this.#text(label)) : [];
  }

  #text({ from, to }: PromqlNode): string {
    return this.#tree.text.slice(from, to);
  }

  #lacks(node: PromqlNode): Error {
    return lacking(this.#text(node));
  }
}

const folds: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  count: (values) => values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
};

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
};

function only(node: PromqlNode): PromqlNode {
  if (node.firstChild === null) throw new Error('unexpected end of input');
  return node.firstChild;
}

function nameless({ __name__: _, ...labels }: Labels): Labels {
  return labels;
}

function filtered(labels: Labels, keeps: (label: string) => boolean): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([label]) => keeps(label)));
}

/** A counter that became smaller began anew. */
function increaseOf(values: readonly number[]): number {
  return values.slice(1).reduce((sum, value, index) => {
    const before = values[index] ?? 0;
    return sum + (value < before ? value : value - before);
  }, 0);
}

function unique(
  samples: readonly VectorSample[],
  key: (sample: VectorSample) => string,
  side: string,
): Map<string, VectorSample> {
  const byKey = new Map<string, VectorSample>();
  for (const sample of samples) {
    if (byKey.has(key(sample))) {
      throw new Error(
        `found duplicate series for the match group on the ${side} hand-side of the operation;many-to-many matching not allowed: matching labels must be unique on one side`,
      );
    }
    byKey.set(key(sample), sample);
  }
  return byKey;
}
