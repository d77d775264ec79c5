const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** A Kubernetes quantity (`512Mi`, `100m`) as a number; NaN for text that is none. */
export function parseQuantity(quantity: string): number {
  const [, digits, suffix = ''] = /^([0-9.]+)([a-zA-Z]*)$/.exec(quantity) ?? [];
  return Number(digits) * (factors[suffix] ?? Number.NaN);
}
