/** What rpk prints on standard error before it ends with exit code 1. */
export class RpkError extends Error {
  override readonly name = 'RpkError';
}
