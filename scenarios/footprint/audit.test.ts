import { expect, test } from 'vitest';
import { auditFootprint } from './audit.ts';

const reader = 'system:serviceaccount:verify:reader';

function line(verb: string, resource: string, { id = `${verb} ${resource}`, at = 0, user = reader } = {}): string {
  const [name, subresource] = resource.split('/');
  return JSON.stringify({
    auditID: id,
    verb,
    requestURI: `/api/v1/${resource}?limit=1`,
    requestReceivedTimestamp: new Date(at).toISOString(),
    user: { username: user },
    objectRef: { resource: name, ...(subresource === undefined ? {} : { subresource }) },
  });
}

test('requests are counted once each, by what they ask', () => {
  const watch = line('watch', 'pods');
  const footprint = auditFootprint(
    [watch, watch, line('get', 'pods/log', { id: '1' }), line('get', 'pods/log', { id: '2', at: 30_000 }), ''],
    reader,
  );
  expect(footprint).toEqual({
    requests: 3,
    asked: [
      { what: 'get pods/log', count: 2 },
      { what: 'watch pods', count: 1 },
    ],
    forbidden: [],
    seconds: 30,
  });
});

test('requests of others are none of its own', () => {
  const lines = [line('delete', 'pods', { user: 'admin' })];
  expect(auditFootprint(lines, reader)).toMatchObject({ requests: 0, forbidden: [] });
});

test.each([
  'create pods',
  'patch deployments',
  'delete configmaps',
  'get pods/exec',
  'create pods/exec',
  'get pods/attach',
  'create selfsubjectaccessreviews',
])('%s is not what a reader asks', (what) => {
  const [verb = '', resource = ''] = what.split(' ');
  expect(auditFootprint([line(verb, resource)], reader).forbidden).toEqual([what]);
});

test.each(['get pods/portforward', 'create pods/portforward', 'get secrets', 'list pods'])('%s is', (what) => {
  const [verb = '', resource = ''] = what.split(' ');
  expect(auditFootprint([line(verb, resource)], reader).forbidden).toEqual([]);
});
