import { expect, test } from 'vitest';
import { countersOf } from './counters.ts';
import { parseMetrics } from './prometheus.ts';

const samples = parseMetrics(`
input_received{label="a",path="root.input.broker.inputs.0",stream="temperature"} 3
input_received{label="b",path="root.input.broker.inputs.1",stream="temperature"} 4
output_sent{label="",path="root.output",stream="temperature"} 6
output_error{label="",path="root.output",stream="temperature"} 1
processor_error{label="",path="root.pipeline.processors.0",stream="temperature"} 1
input_received{label="",path="root.input",stream="energy"} 99
`);

test('the inputs of a stream add up, those of another do not', () => {
  expect(countersOf(samples, 'temperature')).toMatchObject({
    inputReceived: 7,
    outputSent: 6,
    outputError: 1,
    processorError: 1,
  });
});

test('a stream of which nothing is exported has no counters, not counters of 0', () => {
  expect(countersOf(samples, 'heatpump')).toBeUndefined();
});

test('in run mode samples have no stream label', () => {
  expect(countersOf(parseMetrics('input_received{label="",path="root.input"} 5'), undefined)?.inputReceived).toBe(5);
  expect(countersOf(samples, undefined)).toBeUndefined();
});
