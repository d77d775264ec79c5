import { mask } from '../target/mask.ts';

/** The same data with every registered secret in its texts replaced by `***`: values and names alike. */
export function masked<T>(value: T): T {
  return deep(value) as T;
}

function deep(value: unknown): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map(deep);
  if (value === null || typeof value !== 'object' || 'toJSON' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [mask(name), deep(member)]));
}
