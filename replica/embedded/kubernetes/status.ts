import type { ResourceRef } from './object.ts';

/** Why a request failed, as the API writes it. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly retryAfterSeconds?: number;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field?: string }[];
}

/** A `Status` object: the body of every refusal, and of a deletion. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: object;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** An error that the Kubernetes API answers: kubectl prints it as `Error from server (REASON): MESSAGE`. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  /** The error as a `Status` object. */
  toStatus(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

/** The error as the API answers it; anything that is no refusal of the API or of a kubelet is an internal error. */
export function asStatusError(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (
    error instanceof Error &&
    'code' in error &&
    'reason' in error &&
    typeof error.code === 'number' &&
    typeof error.reason === 'string'
  ) {
    return new StatusError(error.code, error.reason, error.message);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`);
}

/** `deployments.apps`, or `pods` for the core group: how the API names a resource in messages. */
export function qualified(ref: ResourceRef): string {
  return ref.group === '' ? ref.resource : `${ref.resource}.${ref.group}`;
}

function details(ref: ResourceRef, name: string | undefined): StatusDetails {
  return {
    ...(name === undefined ? {} : { name }),
    ...(ref.group === '' ? {} : { group: ref.group }),
    kind: ref.resource,
  };
}

export function notFound(ref: ResourceRef, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualified(ref)} "${name}" not found`, details(ref, name));
}

/** What a path answers that no resource serves. */
export function noSuchResource(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(ref: ResourceRef, name: string): StatusError {
  return new StatusError(409, 'AlreadyExists', `${qualified(ref)} "${name}" already exists`, details(ref, name));
}

const modified = 'the object has been modified; please apply your changes to the latest version and try again';

export function conflict(ref: ResourceRef, name: string, why = modified): StatusError {
  return new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(ref)} "${name}": ${why}`,
    details(ref, name),
  );
}

export function forbidden(ref: ResourceRef, name: string | undefined, why: string): StatusError {
  const what = name === undefined ? qualified(ref) : `${qualified(ref)} "${name}"`;
  return new StatusError(403, 'Forbidden', `${what} is forbidden: ${why}`, details(ref, name));
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

/** One thing that is wrong with an object, in the API's own words. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: 'Required value' | 'Invalid value' | 'Forbidden' | 'Unsupported value' | 'Duplicate value';
  /** The value, for an invalid one. */
  readonly value?: unknown;
  readonly detail?: string;
}

const causeReasons = {
  'Required value': 'FieldValueRequired',
  'Invalid value': 'FieldValueInvalid',
  'Unsupported value': 'FieldValueNotSupported',
  'Duplicate value': 'FieldValueDuplicate',
  Forbidden: 'FieldValueForbidden',
} as const;

/** An object that breaks the API's rules; `kind` is the object's kind. */
export function invalid(group: string, kind: string, name: string, problems: readonly FieldProblem[]): StatusError {
  const causes = problems.map(({ field, problem, value, detail }) => {
    const shown = value === undefined ? '' : `: ${JSON.stringify(value)}`;
    return {
      reason: causeReasons[problem],
      message: `${problem}${shown}${detail === undefined ? '' : `: ${detail}`}`,
      field,
    };
  });
  const lines = causes.map(({ field, message }) => `${field}: ${message}`);
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  const what = group === '' ? kind : `${kind}.${group}`;
  return new StatusError(422, 'Invalid', `${what} "${name}" is invalid: ${text}`, {
    name,
    ...(group === '' ? {} : { group }),
    kind,
    causes,
  });
}

/** A resourceVersion or a continue token from before what is still remembered. */
export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

/** What the replica does not have, in place of a wrong answer. */
export function notImplemented(what: string): StatusError {
  return new StatusError(501, 'NotImplemented', `the embedded replica has no ${what}`);
}
