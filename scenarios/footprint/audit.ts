/** What one user asked an API server for, by its audit log. */
export interface AuditFootprint {
  readonly requests: number;
  /** Requests by what was asked: `get pods/log`, most first. */
  readonly asked: readonly { readonly what: string; readonly count: number }[];
  /** What a reader has no business to ask for. */
  readonly forbidden: readonly string[];
  /** From the first request to the last, seconds. */
  readonly seconds: number;
}

/** An event of audit.k8s.io/v1, as far as it is looked at. */
export interface AuditEvent {
  readonly auditID: string;
  readonly verb: string;
  readonly requestReceivedTimestamp: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
}

const reading: ReadonlySet<string> = new Set(['get', 'list', 'watch']);

/** A user's requests by the lines of an audit log, one JSON object each; one that lasts has several lines, and is here by its last. */
export function requestsOf(lines: Iterable<string>, username: string): AuditEvent[] {
  const events = new Map<string, AuditEvent>();
  for (const line of lines) {
    if (line.trim() === '') continue;
    const event = JSON.parse(line) as AuditEvent;
    if (event.user.username === username) events.set(event.auditID, event);
  }
  return [...events.values()];
}

/** What a user asked for. A port-forward is a `create` for older clients, and the only one allowed. */
export function auditFootprint(lines: Iterable<string>, username: string): AuditFootprint {
  const events = requestsOf(lines, username);
  const counts = new Map<string, number>();
  for (const event of events) counts.set(asked(event), (counts.get(asked(event)) ?? 0) + 1);
  const times = events.map(({ requestReceivedTimestamp }) => Date.parse(requestReceivedTimestamp));
  const asks = [...counts].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count);
  return {
    requests: events.length,
    asked: asks,
    forbidden: asks.map(({ what }) => what).filter((what) => !isAllowed(what)),
    seconds: times.length === 0 ? 0 : (Math.max(...times) - Math.min(...times)) / 1000,
  };
}

/** Requests that name no resource (`/version`) by their path. */
function asked({ verb, objectRef, requestURI }: AuditEvent): string {
  const resource = objectRef?.resource ?? requestURI.split('?', 1)[0] ?? '';
  return `${verb} ${resource}${objectRef?.subresource === undefined ? '' : `/${objectRef.subresource}`}`;
}

function isAllowed(what: string): boolean {
  const [verb = '', resource = ''] = what.split(' ');
  if (resource === 'pods/portforward') return verb === 'get' || verb === 'create';
  return reading.has(verb) && !['pods/exec', 'pods/attach', 'pods/proxy', 'services/proxy'].includes(resource);
}
