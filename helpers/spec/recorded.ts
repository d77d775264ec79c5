import type { Recorder } from './recorder.ts';

// biome-ignore lint/suspicious/noExplicitAny: the parameters are each function's own
type Observers = { readonly [name: string]: (...args: any[]) => Promise<unknown> };

/** What of an observation belongs into a report, by the name of the function that made it. */
export type Kept<T> = {
  readonly [Name in keyof T]?: T[Name] extends (...args: never) => Promise<infer Seen>
    ? (seen: Seen) => unknown
    : never;
};

/** The same functions; what each returns is kept by the recorder under the function's name, whole unless `kept` says otherwise. */
export function recorded<T extends object>(recorder: Recorder, observers: T, kept: Kept<T> = {}): T {
  const keep = kept as Record<string, ((seen: unknown) => unknown) | undefined>;
  const entries = Object.entries(observers as Observers).map(([name, observe]) => [
    name,
    (...args: unknown[]) => recorder.observe(name, () => observe(...args), keep[name]),
  ]);
  return Object.fromEntries(entries);
}
