import { Document, isMap, isScalar, type Node, type Pair, type YAMLMap, YAMLSeq } from 'yaml';
import { formatPath, type Path } from '../../helpers/config/problem.ts';
import { Marked } from '../../helpers/discovery/marked.ts';

/** A marked value, and where it stands. */
export interface Mark {
  readonly path: string;
  readonly kind: Marked['kind'];
  readonly value: unknown;
  readonly why: string;
}

/** The marked values of a draft, in its order. */
export function marksOf(draft: unknown, path: Path = []): Mark[] {
  if (draft instanceof Marked) {
    const { kind, value, why } = draft;
    return [{ path: formatPath(path), kind, value, why }];
  }
  if (Array.isArray(draft)) return draft.flatMap((item, index) => marksOf(item, [...path, index]));
  if (typeof draft !== 'object' || draft === null) return [];
  return Object.entries(draft).flatMap(([key, value]) => marksOf(value, [...path, key]));
}

const words: Readonly<Record<Marked['kind'], string>> = { guess: 'guess', unknown: 'UNKNOWN' };

/** The draft as YAML; what a marked value rests on stands beside it, or above it where it is more than a word. */
export function markedYaml(draft: unknown, heading: string): string {
  const document = new Document();
  document.contents = nodeOf(draft, document) as never;
  document.commentBefore = heading;
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function nodeOf(draft: unknown, document: Document): Node {
  if (draft instanceof Marked) return marked(draft, document);
  if (Array.isArray(draft)) {
    const list = new YAMLSeq();
    list.items = draft.map((item) => nodeOf(item, document));
    list.flow = draft.length === 0 || list.items.every((item) => isScalar(item) && item.comment == null);
    return list;
  }
  if (typeof draft !== 'object' || draft === null) return document.createNode(draft);
  const map = document.createNode({}) as YAMLMap;
  map.flow = Object.keys(draft).length === 0;
  for (const [key, value] of Object.entries(draft)) {
    const pair = document.createPair(key, undefined) as Pair<Node, Node>;
    const node = nodeOf(value, document);
    // Above its key, and not between key and value.
    if (node.commentBefore != null) {
      pair.key.commentBefore = node.commentBefore;
      node.commentBefore = null;
    }
    pair.value = node;
    map.items.push(pair);
  }
  return map;
}

function marked({ kind, value, why }: Marked, document: Document): Node {
  const node = nodeOf(value, document);
  const comment = ` ${words[kind]}: ${why.replaceAll(/\s+/g, ' ')}`;
  if (isScalar(node) || (isMap(node) && node.items.length === 0)) node.comment = comment;
  else node.commentBefore = comment;
  return node;
}
