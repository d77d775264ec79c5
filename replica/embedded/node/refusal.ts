/** How a kubelet refuses what the API server asks of it: the API's own Status errors. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

export function badRequest(message: string): Error {
  return new Refusal(400, 'BadRequest', message);
}

export function notFound(message: string): Error {
  return new Refusal(404, 'NotFound', message);
}

export function internalError(message: string): Error {
  return new Refusal(500, 'InternalError', `Internal error occurred: ${message}`);
}
