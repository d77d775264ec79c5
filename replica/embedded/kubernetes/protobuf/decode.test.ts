import protobuf from 'protobufjs/minimal.js';
import { expect, test } from 'vitest';
import { decodeObject } from './decode.ts';

type Numbered = readonly [number, string | number | boolean | Uint8Array];

/** A message of text, numbers, truths and messages, each after its field's number. */
function message(...fields: readonly Numbered[]): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const [number, value] of fields) {
    const plain = typeof value === 'number' || typeof value === 'boolean';
    writer.uint32((number << 3) | (plain ? 0 : 2));
    if (typeof value === 'string') writer.string(value);
    else if (plain) writer.int64(Number(value));
    else writer.bytes(value);
  }
  return writer.finish();
}

const sent = (apiVersion: string, kind: string, ...fields: readonly Numbered[]) =>
  Buffer.concat([
    Buffer.from('k8s\0'),
    message([1, message([1, apiVersion], [2, kind])], [2, message(...fields)], [3, ''], [4, '']),
  ]);

test('reads an object, without what Go writes though nobody said it', () => {
  const metadata = message([1, 'c'], [2, ''], [7, 0], [8, message()], [11, message([1, 'a'], [2, 'b'])]);
  const entry = message([1, 'k'], [2, Buffer.from([0, 255])]);
  expect(decodeObject(sent('v1', 'ConfigMap', [1, metadata], [3, entry], [4, false]))).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c', labels: { a: 'b' } },
    binaryData: { k: 'AP8=' },
    immutable: false,
  });
});

test('reads lists, moments, quantities, negative numbers and what stands inline', () => {
  const limits = message([1, 'cpu'], [2, message([1, '250m'])]);
  const container = message([1, 'main'], [3, 'sh'], [3, '-c'], [8, message([1, limits])], [16, true]);
  const volume = message([1, 'scratch'], [2, message([2, message([1, ''])])]);
  const template = message([2, message([1, volume], [2, container])]);
  const spec = message([3, -1], [6, template], [7, 0]);
  const metadata = message([8, message([1, 1_700_000_000], [2, 0])]);
  expect(decodeObject(sent('batch/v1', 'Job', [1, metadata], [2, spec]))).toEqual({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { creationTimestamp: '2023-11-14T22:13:20Z' },
    spec: {
      activeDeadlineSeconds: -1,
      backoffLimit: 0,
      template: {
        spec: {
          volumes: [{ name: 'scratch', emptyDir: {} }],
          containers: [{ name: 'main', command: ['sh', '-c'], resources: { limits: { cpu: '250m' } }, stdin: true }],
        },
      },
    },
  });
});

const instead = 'in protobuf: send the object in JSON, as kubectl apply -f does';
test.each([
  ['a kind', sent('v1', 'Service'), 415, `the embedded replica does not read Service of v1 ${instead}`],
  [
    'a field',
    sent('apps/v1', 'Deployment', [2, message([3, message([2, message([18, message()])])])]),
    415,
    `the embedded replica does not read field 18 of PodSpec (spec.template.spec) ${instead}`,
  ],
  [
    'a field of another form',
    sent('v1', 'Namespace', [1, 1]),
    400,
    'unable to decode a protobuf message: metadata: wire type 0',
  ],
  [
    'a message that ends early',
    sent('v1', 'Namespace', [1, message([1, 'cut'])]).subarray(0, -8),
    400,
    expect.stringContaining('unable to decode a protobuf message'),
  ],
  ['anything else', Buffer.from('{}'), 400, expect.stringContaining('does not appear to be a protobuf message')],
])('%s that it does not know is refused with a word why', (_, body, code, message) => {
  expect(() => decodeObject(body)).toThrow(expect.objectContaining({ code, message }));
});
