import { parser } from '@prometheus-io/lezer-promql';

export type PromqlNode = ReturnType<typeof parser.parse>['topNode'];

/** An expression with its text. */
export interface PromqlTree {
  readonly text: string;
  readonly root: PromqlNode;
}

/** Throws an Error in Prometheus' manner where the text is no PromQL. */
export function parsePromql(text: string): PromqlTree {
  const tree = parser.parse(text);
  let brokenAt: number | undefined;
  tree.iterate({
    enter: ({ type, from }) => {
      if (type.isError) brokenAt ??= from;
    },
  });
  if (brokenAt !== undefined) throw new Error(`1:${brokenAt + 1}: parse error: unexpected input`);
  return { text, root: tree.topNode };
}

export function childrenOf(node: PromqlNode): PromqlNode[] {
  const children: PromqlNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** A string literal's value. */
export function unquoted(text: string): string {
  return text.startsWith('`') ? text.slice(1, -1) : text.slice(1, -1).replace(/\\(["'\\])/g, '$1');
}

export function lacking(text: string): Error {
  return new Error(`the replica’s Prometheus does not evaluate this: ${text}`);
}
