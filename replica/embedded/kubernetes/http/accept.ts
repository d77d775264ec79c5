import { StatusError } from '../status.ts';

/** In what form a client wants its answer. */
export type Form = 'json' | 'table' | 'partial';

interface MediaRange {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The media ranges of an Accept header, in the client's order. */
export function mediaRanges(accept: string | undefined): readonly MediaRange[] {
  return (accept || '*/*').split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const pairs = parameters.map((parameter) => parameter.split('=', 2)).map(([key = '', value = '']) => [key, value]);
    return { type: type.toLowerCase(), parameters: Object.fromEntries(pairs) };
  });
}

function isJson({ type }: MediaRange): boolean {
  return type === 'application/json' || type === 'application/*' || type === '*/*';
}

/** The first form a client accepts that the replica has: JSON, plain or as a table. Throws NotAcceptable for none. */
export function acceptedForm(accept: string | undefined): Form {
  for (const range of mediaRanges(accept)) {
    if (!isJson(range)) continue;
    const { as, g, v } = range.parameters;
    if (as === undefined) return 'json';
    const isMeta = g === 'meta.k8s.io' && (v === 'v1' || v === 'v1beta1');
    if (isMeta && as === 'Table') return 'table';
    if (isMeta && (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')) return 'partial';
  }
  throw new StatusError(406, 'NotAcceptable', 'only the following media types are accepted: application/json');
}
