import { type Document, isMap, isPair, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { formatPath, type Path, type Problem } from './problem.ts';

interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML text, its data, and where each part of the data stands in it. */
export class Source {
  readonly #document: Document;
  readonly #lines = new LineCounter();

  constructor(text: string) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
  }

  get isEmpty(): boolean {
    return (
      this.#document.contents === null || (isScalar(this.#document.contents) && this.#document.contents.value === null)
    );
  }

  /** The data as plain objects; of a key that stands twice, the last. Throws when aliases expand beyond all bounds. */
  data(): unknown {
    return this.#document.toJS();
  }

  /** What is wrong with the text as YAML. */
  problems(): Problem[] {
    return this.#document.errors.map(({ code, message, pos }) => {
      if (code === 'DUPLICATE_KEY') {
        return {
          path: this.#pathAt(pos[0]),
          ...this.#position(pos[0]),
          got: 'this key stands twice',
          expected: 'each key once',
        };
      }
      return { path: '', ...this.#position(pos[0]), got: message, expected: 'valid YAML' };
    });
  }

  /** True when the text has no other flaw than keys that stand twice, so that its data can be judged all the same. */
  get isReadable(): boolean {
    return this.#document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
  }

  /** Where the value at a path stands; of one that is missing, where what should hold it begins. */
  valueAt(path: Path): Position {
    for (let length = path.length; length > 0; length--) {
      const position = this.#startOf(this.#document.getIn(path.slice(0, length), true));
      if (position !== undefined) return length < path.length ? this.keyAt(path.slice(0, length)) : position;
    }
    return { line: 1, column: 1 };
  }

  /** Where the key at the end of a path stands. */
  keyAt(path: Path): Position {
    const parent = this.#document.getIn(path.slice(0, -1), true);
    const name = String(path.at(-1));
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === name)
      : undefined;
    return this.#startOf(pair?.key) ?? this.valueAt(path);
  }

  #startOf(node: unknown): Position | undefined {
    const start = (node as Node | undefined)?.range?.[0];
    return start === undefined ? undefined : this.#position(start);
  }

  #position(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }

  /** The path of the key that begins at an offset. */
  #pathAt(offset: number): string {
    let found = '';
    visit(this.#document, {
      Pair: (_key, pair, ancestors) => {
        if (!isScalar(pair.key) || pair.key.range?.[0] !== offset) return undefined;
        const above = ancestors.filter(isPair).map(({ key }) => (isScalar(key) ? String(key.value) : ''));
        found = formatPath([...above, String(pair.key.value)]);
        return visit.BREAK;
      },
    });
    return found;
  }
}
