import { test } from 'vitest';

test('T.throws without a verdict', () => {
  throw new Error('nobody caught this');
});
