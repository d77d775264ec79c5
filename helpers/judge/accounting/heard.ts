import type { ListenEntry } from '../../listen/schema.ts';
import type { MqttHop } from './observed.ts';

/**
 * What a listener heard of each stream since a moment, without a break: entries that follow one another are one. Those that
 * ended before do not count.
 */
export function heardSpans(entries: readonly ListenEntry[], since: string): Omit<MqttHop, 'records'>[] {
  const spans: { stream: string; from: string; to: string; heard: number }[] = [];
  for (const { from, to, streams } of entries) {
    if (to <= since) continue;
    for (const { stream, messages } of streams) {
      const before = spans.findLast((span) => span.stream === stream);
      if (before?.to === from) Object.assign(before, { to, heard: before.heard + messages });
      else spans.push({ stream, from, to, heard: messages });
    }
  }
  return spans;
}
