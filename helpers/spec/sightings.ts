import type { Sightings, Unseen } from '../judge/verdict.ts';
import { Unobservable } from '../unobservable.ts';

/**
 * Observes each item at once and keeps apart what could be seen and what could not. An error that is not Unobservable is
 * the suite's own and is thrown.
 */
export async function sight<Item, T>(
  items: readonly Item[],
  subject: (item: Item) => string,
  observe: (item: Item) => Promise<T | readonly T[]>,
): Promise<Sightings<T>> {
  const sightings = await Promise.all(items.map((item) => attempt(subject(item), () => observe(item))));
  return {
    seen: sightings.flatMap(({ seen }) => seen),
    unseen: sightings.flatMap(({ unseen }) => unseen),
  };
}

async function attempt<T>(subject: string, observe: () => Promise<T | readonly T[]>): Promise<Sightings<T>> {
  try {
    const observed = await observe();
    return { seen: isList(observed) ? observed : [observed], unseen: [] };
  } catch (error) {
    if (!(error instanceof Unobservable)) throw error;
    return { seen: [], unseen: [unseen(subject, error)] };
  }
}

function isList<T>(observed: T | readonly T[]): observed is readonly T[] {
  return Array.isArray(observed);
}

function unseen(subject: string, error: Unobservable): Unseen {
  return { subject, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
}
