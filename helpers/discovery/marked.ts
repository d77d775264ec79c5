/** A value of the file that is not certain, and what it rests on. */
export class Marked {
  readonly value: unknown;
  /** `guess`: it rests on something; `unknown`: a placeholder that rests on nothing. */
  readonly kind: 'guess' | 'unknown';
  readonly why: string;

  constructor(kind: Marked['kind'], value: unknown, why: string) {
    this.kind = kind;
    this.value = value;
    this.why = why;
  }
}

/** A value and what it rests on. */
export function guess(value: unknown, why: string): Marked {
  return new Marked('guess', value, why);
}

/** A placeholder, and what would tell. */
export function placeholder(value: unknown, why: string): Marked {
  return new Marked('unknown', value, why);
}
