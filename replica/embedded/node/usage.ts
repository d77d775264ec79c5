import type { ContainerRun } from './container-run.ts';

/** How far memory and CPU sway around their mean, and how long one swing takes. */
const sway = 0.02;
const swingMs = 10 * 60_000;
/** Of a program that does not say. */
const defaultCpuCores = 0.004;

/** What metrics.k8s.io reports of a run: memory about what the program takes, CPU what it is said to; the same for the same moment. */
export function usageOf(run: ContainerRun, now: Date): { cpuCores: number; memoryBytes: number } {
  const phase = (now.getTime() / swingMs) * 2 * Math.PI + run.context.pod.length;
  const factor = 1 + sway * Math.sin(phase);
  return {
    cpuCores: (run.program.cpuCores ?? defaultCpuCores) * factor,
    memoryBytes: Math.round(run.memoryBytes * factor),
  };
}
