import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMetrics } from './prometheus.ts';

test('a page as Redpanda Connect answers it', () => {
  const page = `# HELP input_received Benthos Counter metric
# TYPE input_received counter
input_received{label="mqtt_energy",path="root.input",stream="energy"} 20
input_latency_ns{label="",path="root.input",stream="energy",quantile="0.5"} 4.8e+07
up 1 1795490000000
nothing NaN
`;
  expect(parseMetrics(page).map(({ labels, ...sample }) => ({ ...sample, labels: { ...labels } }))).toEqual([
    { name: 'input_received', labels: { label: 'mqtt_energy', path: 'root.input', stream: 'energy' }, value: 20 },
    {
      name: 'input_latency_ns',
      labels: { label: '', path: 'root.input', stream: 'energy', quantile: '0.5' },
      value: 4.8e7,
    },
    { name: 'up', labels: {}, value: 1 },
    { name: 'nothing', labels: {}, value: Number.NaN },
  ]);
});

test.each(['<html>', '404 page not found', 'x{a=b} 1', 'x{a="b" 1', 'x{a="b"} many', 'x'])(
  '%s is no sample',
  (line) => {
    expect(() => parseMetrics(line)).toThrow();
  },
);

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

test('whatever stands in a label is read as it was written', () => {
  // The format's own lines end at \n alone, and what trims or splits differently would cut a label in two.
  const value = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', ',', '}', '{', '=', ' ', '#', 'é') });
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^[a-z]\w{0,5}$/), value, { minKeys: 1 }),
      fc.integer(),
      (labels, number) => {
        const text = Object.entries(labels).map(([name, content]) => `${name}="${escaped(content)}"`);
        const [sample] = parseMetrics(`x{${text.join(',')}} ${number}`);
        expect({ ...sample?.labels }).toEqual({ ...labels });
        expect(sample?.value).toBe(number);
      },
    ),
  );
});
