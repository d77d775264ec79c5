import { test } from 'vitest';

test('T.waits for ever', () => new Promise(() => {}));
