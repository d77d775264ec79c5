import { expect, test } from 'vitest';
import { registerSecret } from '../target/mask.ts';
import { masked } from './masked.ts';

test('hides a secret in every text, however deep, and leaves other data as it is', () => {
  registerSecret('s3cret-"quoted"');
  const value = {
    logs: [{ line: 'password s3cret-"quoted" refused', at: 7 }],
    's3cret-"quoted"': null,
    nothing: undefined,
  };
  expect(masked(value)).toEqual({ logs: [{ line: 'password *** refused', at: 7 }], '***': null, nothing: undefined });
});
