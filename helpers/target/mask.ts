import { inspect } from 'node:util';

const masked = '***';
/** Shorter values are no secret worth the name, and masking them would tear holes into ordinary text. */
const shortestMasked = 4;
const known = new Set<string>();

/** From now on `mask` hides this value, also as base64 and as it stands in a URL. */
export function registerSecret(value: string): void {
  if (value.length < shortestMasked) return;
  for (const form of [value, Buffer.from(value).toString('base64'), encodeURIComponent(value)]) known.add(form);
}

/** What is a secret by where it stands, whoever's it is: programs log the addresses that they cannot connect to. */
const bySight: readonly RegExp[] = [
  // The password of a URL: `postgres://user:password@host`.
  /(\b[a-z][\w+.-]*:\/\/[^\s:/@]*:)[^\s@/]+(?=@)/gi,
  // Of a connection string or a logged field: `password=x`, `token="x"`.
  /(\b[\w.-]*(?:passw(?:or)?d|token|api_?key|secret_?key)=)(?:"[^"]*"|'[^']*'|[^\s"',;&]+)/gi,
  /(\bbearer\s+)[\w.~+/-]{8,}=*/gi,
];

/**
 * The text without any registered secret, and without what stands where secrets do. Everything that quotes a line, a query
 * or an error goes through it.
 */
export function mask(text: string): string {
  // The longest first: one secret may be part of another.
  const forms = [...known].sort((a, b) => b.length - a.length);
  const unknown = forms.reduce((rest, form) => rest.replaceAll(form, masked), text);
  return bySight.reduce((rest, pattern) => rest.replaceAll(pattern, `$1${masked}`), unknown);
}

/** A value that cannot be printed by accident: every conversion to text gives `***`. Only `reveal` gives it away. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    registerSecret(value);
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return masked;
  }

  toJSON(): string {
    return masked;
  }

  [inspect.custom](): string {
    return masked;
  }
}
