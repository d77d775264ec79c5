/** An object as it can be applied. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [member: string]: unknown;
  };
  readonly [member: string]: unknown;
}

/** Takes the place of what looks like a secret. */
const scrubbedMark = '***';

/** Names of variables and keys whose values are secrets wherever they stand. */
const secretName = /passw|secret|token|credential|api_?key|access_?key|private_?key|dsn/i;
/** The password of a URL: `postgres://user:password@host`. */
const urlPassword = /(\b[a-z][\w+.-]*:\/\/[^\s:/@]*:)([^\s@/]+)(@)/gi;
/** A line of a configuration that gives one: `password: x`, `sasl.password=x`. */
const lineSecret =
  /^(\s*-?\s*["']?[\w.-]*(?:passw|secret|token|api_?key|access_?key|private_?key)[\w.-]*["']?\s*[:=]\s*)(\S.*)$/gim;
/** A value that refers to one elsewhere is none. */
const reference = /^["']?(\$\{|\$\(|\$[A-Z_]|\{\{|<)/;

/** What the API server adds to what was written; it refuses some of it, and the rest would be wrong elsewhere. */
const ofServer: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]);

/**
 * An object without what the API server added and without what looks like a secret: values of variables and keys whose
 * names say so, and passwords in URLs. `left` says where something was left out; the annotation in which kubectl keeps
 * the object as applied goes too, since it repeats what stands in it.
 */
export function scrubbed(object: Manifest): { readonly manifest: Manifest; readonly left: readonly string[] } {
  const { status: _, ...written } = object;
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !ofServer.has(key)));
  const annotations = Object.entries((metadata.annotations ?? {}) as Record<string, unknown>).filter(
    ([key]) => key !== 'kubectl.kubernetes.io/last-applied-configuration',
  );
  const left: string[] = [];
  const where = `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  const clean = cleaned(
    {
      ...written,
      metadata: {
        ...metadata,
        ...(annotations.length > 0 ? { annotations: Object.fromEntries(annotations) } : { annotations: undefined }),
      },
    },
    [],
    (path) => left.push(`${where}: ${path}`),
  );
  return { manifest: JSON.parse(JSON.stringify(clean)), left };
}

function cleaned(value: unknown, path: readonly string[], leave: (path: string) => void): unknown {
  if (typeof value === 'string') return cleanText(value, path, leave);
  if (Array.isArray(value))
    return value.map((each, index) => cleaned(each, [...path, nameOf(each) ?? String(index)], leave));
  if (typeof value !== 'object' || value === null) return value;
  const { name, value: plain } = value as { name?: unknown; value?: unknown };
  // A variable: its name stands beside its value.
  if (typeof name === 'string' && typeof plain === 'string' && isSecret(name, plain)) {
    leave(path.join('.'));
    return { ...value, value: scrubbedMark };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cleaned(inner, [...path, key], leave)]));
}

function cleanText(text: string, path: readonly string[], leave: (path: string) => void): string {
  const inData = path[0] === 'data' || path[0] === 'binaryData';
  const key = path.at(-1) ?? '';
  if (inData && !text.includes('\n') && isSecret(key, text)) {
    leave(path.join('.'));
    return scrubbedMark;
  }
  const urls = text.replace(urlPassword, (whole, before: string, password: string, at: string) =>
    reference.test(password) ? whole : `${before}${scrubbedMark}${at}`,
  );
  const clean = inData
    ? urls.replace(lineSecret, (whole, before: string, value: string) =>
        reference.test(value) ? whole : `${before}${scrubbedMark}`,
      )
    : urls;
  if (clean !== text) leave(path.join('.'));
  return clean;
}

function isSecret(name: string, value: string): boolean {
  return secretName.test(name) && value !== '' && !reference.test(value);
}

function nameOf(item: unknown): string | undefined {
  const name = (item as { name?: unknown } | null)?.name;
  return typeof name === 'string' ? name : undefined;
}
