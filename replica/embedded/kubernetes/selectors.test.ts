import { describe, expect, test } from 'vitest';
import { parseFieldSelector, parseLabelSelector, pinnedName, selects } from './selectors.ts';

const object = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'p',
    namespace: 'x',
    labels: { app: 'web', tier: 'back', 'example.com/part': 'a.b_c-1', empty: '' },
  },
  spec: { nodeName: 'n' },
  status: { phase: 'Running' },
};

test.each([
  ['', true],
  ['app=web', true],
  ['app==web', true],
  ['app = web', true],
  ['app=other', false],
  ['app!=other', true],
  ['app!=web', false],
  ['none!=web', true],
  ['app in (web, other)', true],
  ['app in (other)', false],
  ['app notin (other,web)', false],
  ['none notin (a)', true],
  ['app', true],
  ['none', false],
  ['!none', true],
  ['!app', false],
  ['example.com/part=a.b_c-1', true],
  ['empty=', true],
  ['app in (web),tier=back,!none', true],
  ['app in (web),tier=front', false],
])('label selector %j selects: %s', (selector, expected) => {
  expect(parseLabelSelector(selector)(object)).toBe(expected);
});

test.each(['app in (a', 'a b', '=x', 'app=x y', '-a=b'])('label selector %j is refused', (selector) => {
  expect(() => parseLabelSelector(selector)).toThrow(/unable to parse requirement/);
});

test.each([
  ['metadata.name=p', true],
  ['metadata.name!=p', false],
  ['metadata.namespace=x,status.phase==Running', true],
  ['status.phase!=Running', false],
  ['spec.nodeName=other', false],
])('field selector %j selects: %s', (selector, expected) => {
  expect(parseFieldSelector(selector, 'pods')(object)).toBe(expected);
});

test('a field that the API does not select by is refused', () => {
  expect(() => parseFieldSelector('spec.image=x', 'pods')).toThrow(/field label not supported: spec.image/);
  expect(() => parseFieldSelector('status.phase=Running', 'configmaps')).toThrow(
    /"status.phase" is not a known field selector/,
  );
});

test('the events of an object are found by what they are about', () => {
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e' },
    involvedObject: { kind: 'Pod', name: 'p', uid: 'u' },
    type: 'Warning',
  };
  expect(parseFieldSelector('involvedObject.name=p,involvedObject.uid=u,type=Warning', 'events')(event)).toBe(true);
  expect(parseFieldSelector('involvedObject.name=q', 'events')(event)).toBe(false);
});

test('the name that a field selector pins', () => {
  expect(pinnedName('metadata.name=p')).toBe('p');
  expect(pinnedName('metadata.name!=p')).toBeUndefined();
  expect(pinnedName(null)).toBeUndefined();
});

describe('a selector of a spec', () => {
  test.each([
    [{ matchLabels: { app: 'web' } }, true],
    [{ matchLabels: { app: 'other' } }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
    [{}, true],
  ])('%j selects: %s', (selector, expected) => {
    expect(selects(selector, object.metadata.labels)).toBe(expected);
  });
});
