/** The suite was called wrongly. Exit code 64 (EX_USAGE), as for a wrong configuration. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const exitUsage = 64;
