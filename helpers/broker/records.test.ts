import { expect, test } from 'vitest';
import { parsed } from './records.ts';

test('a JSON object is the value; anything else says why it is none, without quoting it', () => {
  expect(parsed(Buffer.from('{"d0":null}'))).toEqual({ value: { d0: null } });
  expect(parsed(Buffer.from('[1]'))).toEqual({ parseError: 'JSON, but no object' });
  expect(parsed(Buffer.from('password=hunter2'))).toEqual({ parseError: 'no JSON, 16 bytes' });
  expect(parsed(null)).toEqual({ parseError: 'no payload' });
});
