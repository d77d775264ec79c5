import { test } from 'vitest';

test('T.dies with its worker', () => {
  // Ends the worker's thread as running out of memory does; process.exit would be caught by vitest.
  (process as unknown as { reallyExit(code: number): void }).reallyExit(7);
});
