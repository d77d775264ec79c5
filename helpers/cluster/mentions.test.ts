import { expect, test } from 'vitest';
import { namesService, namesTopic } from './mentions.ts';

test.each([
  ['energy-realtime', true],
  ['heatpump-telemetry,energy-realtime', true],
  ['homelab-energy-realtime', false],
  ['energy-realtime-v2', false],
  ['./gitops/apps/homelab/energy-realtime', false],
])('a topic is named as a whole: %s', (text, named) => {
  expect(namesTopic(text, 'energy-realtime')).toBe(named);
});

const sink = { namespace: 'redpanda-sink', name: 'redpanda-sink', ports: [8080] };
test.each([
  ['http://redpanda-sink.redpanda-sink:8080/latest', false, true],
  ['redpanda-sink.redpanda-sink.svc.cluster.local', false, true],
  ['http://redpanda-sink:8080', false, true],
  ['http://redpanda-sink:8080', true, false],
  ['http://redpanda-sink:80801', false, false],
  ['redpanda-sink.redpanda-sink-v2', false, false],
])('a Service is named as DNS has it: %s, a namesake beside it: %s', (text, isOwn, named) => {
  expect(namesService(text, sink, isOwn)).toBe(named);
});
