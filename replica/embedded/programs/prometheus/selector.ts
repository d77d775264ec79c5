import { childrenOf, lacking, type PromqlNode, parsePromql, unquoted } from './promql.ts';
import type { Matcher } from './series.ts';

/** What a vector selector's series have to be like. */
export function matchersOf(node: PromqlNode, text: string): Matcher[] {
  const textOf = ({ from, to }: PromqlNode) => text.slice(from, to);
  const identifier = node.getChild('Identifier');
  const list = node.getChild('LabelMatchers');
  const named = identifier === null ? [] : [{ label: '__name__', matches: equals(textOf(identifier)) }];
  const others = (list === null ? [] : childrenOf(list)).map((matcher): Matcher => {
    if (matcher.name === 'QuotedLabelName') return { label: '__name__', matches: equals(unquoted(textOf(matcher))) };
    const [label, operator, value] = childrenOf(matcher);
    if (label === undefined || operator === undefined || value === undefined) throw lacking(textOf(node));
    return { label: textOf(label), matches: comparison(textOf(operator), unquoted(textOf(value))) };
  });
  return [...named, ...others];
}

/** Of a selector that stands alone. Throws an Error for any other expression. */
export function matchersOfText(text: string): Matcher[] {
  const selector = parsePromql(text).root.getChild('VectorSelector');
  if (selector === null) throw new Error(`invalid parameter "match[]": ${text} is no selector`);
  return matchersOf(selector, text);
}

function comparison(operator: string, wanted: string): (value: string) => boolean {
  if (operator === '=') return equals(wanted);
  if (operator === '!=') return (value) => value !== wanted;
  const pattern = new RegExp(`^(?:${wanted})$`, 's');
  return operator === '=~' ? (value) => pattern.test(value) : (value) => !pattern.test(value);
}

function equals(wanted: string): (text: string) => boolean {
  return (text) => text === wanted;
}
