import { duration } from './duration.ts';
import { nearest } from './nearest.ts';
import { formatPath, type Path, type Problem } from './problem.ts';
import type { Source } from './source.ts';

/**
 * What a schema cannot see: names that must stand elsewhere in the file, and pairs that must be in order.
 * Works on data that may break the schema, so that both kinds of problems are reported at once.
 *
 * @param knownCriteria the ids that waivers and gating may name; undefined leaves them unchecked
 */
export function referenceProblems(data: unknown, source: Source, knownCriteria?: readonly string[]): Problem[] {
  const root = new Part(data, [], source);
  const credentials = root.at('credentials').keys();
  const databases = root.at('new', 'databases').keys();
  const streams = root.at('new', 'streams').children();
  const settings = root.at('new', 'settings');
  const consumers = [...streams, settings];
  const oldTopics = root
    .at('old', 'topics')
    .children()
    .map(({ value }) => String(value));

  return [
    root.at('target').mustBeOneOf(root.at('targets').keys(), 'a name under targets'),
    ...root
      .at('targets')
      .children()
      .flatMap((target) => target.at('credentials').children())
      .map((own) => own.keyMustBeOneOf(credentials, 'a name under credentials')),
    ...[
      root.at('new', 'mqtt'),
      root.at('old', 'database'),
      ...root.at('new', 'databases').children(),
      root.at('prometheus'),
    ].map((user) => user.at('credentials').mustBeOneOf(credentials, 'a name under credentials')),
    ...[
      ...streams.map((stream) => stream.at('rows')),
      settings,
      ...root.at('new', 'hypertables').children(),
      ...root.at('backup', 'cronJobs').children(),
    ].map((user) => user.at('database').mustBeOneOf(databases, 'a name under new.databases')),
    ...[...streams.map((stream) => stream.at('bridge')), ...consumers.map((consumer) => consumer.at('sink'))].flatMap(
      (reference) => streamProblems(reference, root.at('new', 'connect')),
    ),
    ...streams.flatMap((stream) => stream.at('rows', 'columns').children()).map(rangeProblem),
    ...streams.map(pauseProblem),
    ...[
      ...streams.map((stream) => stream.at('oldTopic')),
      ...root
        .at('old', 'streams')
        .children()
        .map((stream) => stream.at('topic')),
      root.at('old', 'settings', 'topic'),
    ].map((topic) => topic.mustBeOneOf(oldTopics, 'a name under old.topics')),
    ...root
      .at('old', 'streams')
      .children()
      .map((stream) => stream.at('new').mustBeOneOf(root.at('new', 'streams').keys(), 'a name under new.streams')),
    ...twiceProblems(root.at('new', 'hypertables').children()),
    ...root.at('maintenance').children().map(orderProblem),
    ...['waivers', 'gating']
      .flatMap((section) => root.at(section).children())
      .map(
        (entry) =>
          knownCriteria &&
          entry.keyMustBeOneOf(knownCriteria, 'the id of a criterion, as npm run verify -- --list shows them'),
      ),
  ].filter((problem) => problem !== undefined);
}

function streamProblems(reference: Part, instances: Part): (Problem | undefined)[] {
  const instance = reference.at('instance');
  const streams = instances
    .at(String(instance.value), 'streams')
    .children()
    .map(({ value }) => String(value));
  return [
    instance.mustBeOneOf(instances.keys(), 'a name under new.connect'),
    // Where the instance is unknown its streams are too.
    streams.length === 0 ? undefined : reference.at('stream').mustBeOneOf(streams, `a stream of ${instance.value}`),
  ];
}

function rangeProblem(column: Part): Problem | undefined {
  const [min, max] = [column.at('min').value, column.at('max').value];
  if (typeof min !== 'number' || typeof max !== 'number' || min <= max) return undefined;
  return column.at('min').problem(`min ${min} is above max ${max}`, 'min at most max');
}

/** Rows come at every interval: a shorter pause would be none. */
function pauseProblem(stream: Part): Problem | undefined {
  const [every, maxGap] = [stream.at('every'), stream.at('maxGap')].map(({ value }) => duration.safeParse(value).data);
  if (every === undefined || maxGap === undefined || maxGap > every) return undefined;
  const { value } = stream.at('maxGap');
  return stream
    .at('maxGap')
    .problem(`maxGap ${value} is not above every ${stream.at('every').value}`, 'every below maxGap');
}

/** What is observed of a hypertable is told by its name, whatever database it is in. */
function twiceProblems(hypertables: readonly Part[]): Problem[] {
  const tables = hypertables.map((each) => each.at('table'));
  return tables
    .filter(({ value }, index) => typeof value === 'string' && tables.findIndex((each) => each.value === value) < index)
    .map((table) => table.problem(`"${table.value}" is named twice`, 'each hypertable once'));
}

function orderProblem(outage: Part): Problem | undefined {
  const [from, to] = [outage.at('from').value, outage.at('to').value];
  // The comparison is false for what is no time: the schema says that already.
  if (!(Date.parse(String(from)) >= Date.parse(String(to)))) return undefined;
  return outage.at('to').problem(`to ${to} is not after from ${from}`, 'from before to');
}

/** A part of data of unknown form, with its path. What is not there has no keys, no children and no value. */
class Part {
  readonly value: unknown;
  readonly #path: Path;
  readonly #source: Source;

  constructor(value: unknown, path: Path, source: Source) {
    this.value = value;
    this.#path = path;
    this.#source = source;
  }

  at(...names: string[]): Part {
    return names.reduce<Part>((part, name) => part.#child(name), this);
  }

  keys(): string[] {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)
      ? Object.keys(this.value)
      : [];
  }

  children(): Part[] {
    return Array.isArray(this.value)
      ? this.value.map((_, index) => this.#child(index))
      : this.keys().map((key) => this.#child(key));
  }

  /** Only text is looked up: another type is the schema's to report. */
  mustBeOneOf(names: readonly string[], expected: string): Problem | undefined {
    if (typeof this.value !== 'string' || names.includes(this.value)) return undefined;
    return { ...this.#unknown(this.value, names, expected), ...this.#source.valueAt(this.#path) };
  }

  keyMustBeOneOf(names: readonly string[], expected: string): Problem | undefined {
    const key = String(this.#path.at(-1));
    if (names.includes(key)) return undefined;
    return { ...this.#unknown(key, names, expected), ...this.#source.keyAt(this.#path) };
  }

  problem(got: string, expected: string): Problem {
    return { path: formatPath(this.#path), ...this.#source.valueAt(this.#path), got, expected };
  }

  #unknown(name: string, names: readonly string[], expected: string): Problem {
    const candidate = nearest(name, names);
    return {
      ...this.problem(`"${name}" is not known`, expected),
      ...(candidate === undefined ? {} : { nearest: candidate }),
    };
  }

  #child(key: string | number): Part {
    const holds = typeof this.value === 'object' && this.value !== null && Object.hasOwn(this.value, key);
    const value = holds ? (this.value as Record<string | number, unknown>)[key] : undefined;
    return new Part(value, [...this.#path, key], this.#source);
  }
}
