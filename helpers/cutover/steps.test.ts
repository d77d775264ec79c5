import { expect, test } from 'vitest';
import type { StateCapture } from '../capture/schema.ts';
import { cutoverWorkloads } from '../config/old-system.ts';
import { migration } from '../judge/testing/samples.ts';
import { cutoverSteps, stepWords, undoSteps } from './steps.ts';

const old = cutoverWorkloads(migration);
const owner = { namespace: 'flux-system', name: 'mqtt-input' };
const capture = {
  workloads: old.map((ref) => ({ ...ref, replicas: 2 })),
  kustomizations: [{ ...owner, suspended: false }],
} as unknown as StateCapture;
const at = (replicas: number, suspended: boolean) => ({
  templates: old.map((ref) => ({ ...ref, replicas })),
  owners: [{ ...owner, suspended }],
});
const words = (found: ReturnType<typeof cutoverSteps>) =>
  'steps' in found ? found.steps.map(stepWords) : found.refused;

test('owners are suspended before anything is scaled, and the data stays', () => {
  const steps = words(cutoverSteps(capture, at(2, false), migration));
  expect(steps[0]).toBe('suspend Kustomization flux-system/mqtt-input in Flux');
  expect(steps[1]).toBe('scale Deployment mqtt-input/mqtt-input from 2 to 0');
  expect(steps).toHaveLength(1 + old.length);
  expect(steps.join()).not.toContain('heatpump-mqtt');
});

test('what is down and suspended already needs nothing', () => {
  expect(words(cutoverSteps(capture, at(0, true), migration))).toEqual([]);
});

test('a workload that is not there refuses the whole cutover: the plan would scale nothing and not say so', () => {
  const present = { ...at(2, false), templates: at(2, false).templates.slice(1) };
  expect(words(cutoverSteps(capture, present, migration))).toEqual(['Deployment mqtt-input/mqtt-input does not exist']);
});

test('the undo scales to what was captured, sinks first, and resumes Flux last', () => {
  const steps = words(undoSteps(capture, at(0, true), migration, { stopNew: false }));
  expect(steps[0]).toBe('scale Deployment redpanda-sink-v2/redpanda-connect from 0 to 2');
  expect(steps.at(-1)).toBe('resume Kustomization flux-system/mqtt-input in Flux');
});

test('the undo does not resume what was suspended before the cutover', () => {
  const before = { ...capture, kustomizations: [{ ...owner, suspended: true }] } as unknown as StateCapture;
  expect(words(undoSteps(before, at(2, true), migration, { stopNew: false }))).toEqual([]);
});
