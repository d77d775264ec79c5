/** Why something could not be observed. Each kind is a different thing for the operator to mend. */
export type UnobservableKind =
  | 'unreachable' // nothing answers: refused, reset, DNS, TLS
  | 'timeout' // something accepted and did not answer within its deadline
  | 'unauthorized' // credentials missing, wrong or expired
  | 'forbidden' // the permission is missing; the detail names verb and resource
  | 'no-ready-pod' // a Service without a ready endpoint
  | 'throttled' // 429, or 5xx that lasted through the retries
  | 'history' // too little of it: logs rotated, observation too short
  | 'unsupported'; // the other side answered that it does not have it

/**
 * Thrown when something could not be observed. It is neither a failure nor a pass: the criterion is inconclusive.
 * The message says what was tried, on what, what came back and what to do next, without secrets.
 */
export class Unobservable extends Error {
  override readonly name = 'Unobservable';
  readonly kind: UnobservableKind;
  /** What to do next, one line. */
  readonly hint: string | undefined;

  constructor(kind: UnobservableKind, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.hint = options.hint;
  }
}
