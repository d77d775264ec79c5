/** What was read, or why it could not be: a thing that was not read is never made up. */
export type Fact<T> = { readonly known: T } | { readonly unknown: string };

export function known<T>(value: T): Fact<T> {
  return { known: value };
}

export function unknown(why: string): { readonly unknown: string } {
  return { unknown: why };
}

/** The value, or undefined when it is not known. */
export function factValue<T>(fact: Fact<T> | undefined): T | undefined {
  return fact !== undefined && 'known' in fact ? fact.known : undefined;
}

/** What follows from a fact; what is not known stays so, and why. */
export function followed<T, U>(fact: Fact<T>, follow: (value: T) => Fact<U>): Fact<U> {
  return 'known' in fact ? follow(fact.known) : fact;
}
