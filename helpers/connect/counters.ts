import type { ConnectCounters } from './observed.ts';
import type { Sample } from './prometheus.ts';

const metrics = {
  inputReceived: 'input_received',
  inputConnectionUp: 'input_connection_up',
  inputConnectionLost: 'input_connection_lost',
  outputSent: 'output_sent',
  outputError: 'output_error',
  outputConnectionUp: 'output_connection_up',
  outputConnectionLost: 'output_connection_lost',
  processorError: 'processor_error',
} as const satisfies Record<keyof ConnectCounters, string>;

/**
 * The counters of one stream, summed over its inputs, outputs and processors (those within a broker count one by one).
 * `stream` is undefined in `run` mode, where samples have no such label. Undefined when nothing is exported for it.
 */
export function countersOf(samples: readonly Sample[], stream: string | undefined): ConnectCounters | undefined {
  const own = samples.filter(({ labels }) => labels.stream === stream);
  if (!own.some(({ name }) => name === metrics.inputReceived || name === metrics.outputSent)) return undefined;
  const sum = (metric: string) =>
    own.filter(({ name }) => name === metric).reduce((total, { value }) => total + value, 0);
  return {
    inputReceived: sum(metrics.inputReceived),
    inputConnectionUp: sum(metrics.inputConnectionUp),
    inputConnectionLost: sum(metrics.inputConnectionLost),
    outputSent: sum(metrics.outputSent),
    outputError: sum(metrics.outputError),
    outputConnectionUp: sum(metrics.outputConnectionUp),
    outputConnectionLost: sum(metrics.outputConnectionLost),
    processorError: sum(metrics.processorError),
  };
}
