import { humanDuration } from '../duration.ts';
import type { KubeObject } from '../object.ts';

export type Cell = string | number | boolean;

/** A column as `kubectl get` heads it. One of priority 1 is shown by `-o wide` alone. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean';
  readonly format: string;
  readonly description: string;
  readonly priority: 0 | 1;
}

/** How objects of one kind are shown in a row. */
export interface Printer {
  readonly columns: readonly Column[];
  cells(object: KubeObject, now: Date): readonly Cell[];
}

export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  priority: 0,
};

export function column(name: string, options: { wide?: boolean; type?: Column['type'] } = {}): Column {
  return { name, type: options.type ?? 'string', format: '', description: name, priority: options.wide ? 1 : 0 };
}

export const integer = { type: 'integer' } as const;
export const wide = { wide: true } as const;

export const none = '<none>';

/** The members of an object as they are read for printing: whatever is not there is undefined. */
export type Loose = Readonly<Record<string, unknown>>;

export function loose(value: unknown): Loose {
  return value !== null && typeof value === 'object' ? (value as Loose) : {};
}

export function items(value: unknown): readonly Loose[] {
  return Array.isArray(value) ? value.map(loose) : [];
}

export function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

export function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** How long ago a time of the API was, or `<unknown>` where there is none. */
export function since(time: unknown, now: Date): string {
  return typeof time === 'string' ? humanDuration(now.getTime() - Date.parse(time)) : '<unknown>';
}

export function age(object: KubeObject, now: Date): string {
  return since(object.metadata.creationTimestamp, now);
}

/** `a=b,c=d`, or `<none>`. */
export function labels(value: unknown): string {
  const pairs = Object.entries(loose(value)).map(([key, each]) => `${key}=${each}`);
  return pairs.length === 0 ? none : pairs.sort().join(',');
}

/** A workload's selector as a label selector is written. */
export function selector(value: unknown): string {
  const { matchLabels, matchExpressions } = loose(value);
  const equal = Object.entries(loose(matchLabels)).map(([key, each]) => `${key}=${each}`);
  const others = items(matchExpressions).map(({ key, operator, values }) => {
    if (operator === 'Exists') return `${key}`;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${text(operator).toLowerCase()} (${(Array.isArray(values) ? values : []).join(',')})`;
  });
  return [...equal.sort(), ...others].join(',') || none;
}

/** Names and images of a pod template's containers. */
export function containers(podSpec: unknown): readonly [string, string] {
  const each = items(loose(podSpec).containers);
  return [each.map(({ name }) => text(name)).join(','), each.map(({ image }) => text(image)).join(',')];
}

export function templateSpec(object: KubeObject): unknown {
  return loose(object.spec?.template).spec;
}

/** The first three, and how many more. */
export function firstThree(all: readonly string[], more: (rest: number) => string): string {
  if (all.length === 0) return none;
  const shown = all.slice(0, 3).join(',');
  return all.length > 3 ? `${shown}${more(all.length - 3)}` : shown;
}
