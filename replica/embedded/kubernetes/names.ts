import { randomInt } from 'node:crypto';

/** Letters and digits that spell no words, as in every generated name of Kubernetes. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** The random end of a generated name: five characters. */
export function randomSuffix(): string {
  return Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** The hash that tells one pod template from another, in the characters of generated names; 32 bits FNV-1a. */
export function templateHash(template: unknown): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(JSON.stringify(sorted(template)))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return [...String(hash)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

let lastStamp = 0n;

/** The name of a new Event about an object, as clients make it: by its time, so that a list by name is one by time. */
export function eventName(object: string, at: Date): string {
  const stamp = BigInt(at.getTime()) * 1_000_000n;
  lastStamp = stamp > lastStamp ? stamp : lastStamp + 1n;
  return `${object}.${lastStamp.toString(16)}`;
}
