import { parser } from '@prometheus-io/lezer-promql';
import type { Selector } from './observed.ts';

type Node = ReturnType<typeof parser.parse>['topNode'];

/** Written by Prometheus itself, and only while an alert is pending or fires. */
const ownMetrics: ReadonlySet<string> = new Set(['ALERTS', 'ALERTS_FOR_STATE']);

/**
 * The vector selectors of an expression without whose series it has no result, each once. Not among them is what it can
 * do without: the argument of absent() and absent_over_time(), what `unless` takes away, and the side of an `or` whose
 * other side needs no series, as in `… or vector(0)`.
 *
 * @returns undefined where the text is no PromQL: https://prometheus.io/docs/prometheus/latest/querying/basics/
 */
export function neededSelectors(expression: string): Selector[] | undefined {
  const tree = parser.parse(expression);
  let isBroken = false;
  tree.iterate({
    enter: ({ type }) => {
      isBroken ||= type.isError;
    },
  });
  if (isBroken) return undefined;
  const selectors = needed(tree.topNode)
    .map((node) => selectorOf(node, expression))
    .filter(({ metric }) => metric === undefined || !ownMetrics.has(metric));
  return [...new Map(selectors.map((selector) => [selector.text, selector])).values()];
}

function needed(node: Node): Node[] {
  if (node.name === 'VectorSelector') return [node];
  const called = node.getChild('FunctionIdentifier')?.firstChild?.name;
  if (called === 'Absent' || called === 'AbsentOverTime') return [];
  if (node.name === 'BinaryExpr') {
    const [left, right] = [node.firstChild, node.lastChild].map((side) => (side === null ? [] : needed(side)));
    if (left === undefined || right === undefined) return [];
    if (node.getChild('Unless') !== null) return left;
    if (node.getChild('Or') !== null && (left.length === 0 || right.length === 0)) return [];
    return [...left, ...right];
  }
  return childrenOf(node).flatMap(needed);
}

function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

function selectorOf(node: Node, expression: string): Selector {
  const textOf = (part: Node) => expression.slice(part.from, part.to);
  const matchers = node.getChild('LabelMatchers');
  const equal = (matchers === null ? [] : childrenOf(matchers)).flatMap((matcher) => {
    const [label, operator, value] = childrenOf(matcher);
    if (label === undefined || value === undefined || operator?.firstChild?.name !== 'EqlSingle') return [];
    return { label: unquoted(textOf(label)), value: unquoted(textOf(value)) };
  });
  const identifier = node.getChild('Identifier');
  // From Prometheus 3 on a name may be any text, and then stands quoted among the labels.
  const quoted = matchers?.getChild('QuotedLabelName');
  const metric =
    identifier !== null
      ? textOf(identifier)
      : quoted
        ? unquoted(textOf(quoted))
        : equal.find(({ label }) => label === '__name__')?.value;
  return {
    text: textOf(node),
    ...(metric === undefined ? {} : { metric }),
    equal: equal.filter(({ label }) => label !== '__name__'),
  };
}

/** A string of PromQL without its quotes; what is escaped in it is left so but for quotes and backslashes. */
function unquoted(text: string): string {
  const quote = text[0];
  if (quote !== '"' && quote !== "'" && quote !== '`') return text;
  const inner = text.slice(1, -1);
  return quote === '`' ? inner : inner.replace(/\\(["'\\])/g, '$1');
}
