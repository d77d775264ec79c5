/** At most `most` of however many things come by, spread evenly over all of them; memory is bounded by twice that. */
export class Evenly<T> {
  readonly #most: number;
  #kept: T[] = [];
  #every = 1;
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(thing: T): void {
    if (this.#count % this.#every === 0) this.#kept.push(thing);
    this.#count += 1;
    if (this.#kept.length < 2 * this.#most) return;
    this.#kept = this.#kept.filter((_, index) => index % 2 === 0);
    this.#every *= 2;
  }

  /** In the order in which they came. */
  get kept(): readonly T[] {
    return this.#kept.length <= this.#most ? this.#kept : this.#kept.filter((_, index) => index % 2 === 0);
  }
}
