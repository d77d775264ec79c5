import { z } from 'zod';
import type { EntryKind } from '../ledger/entry.ts';

const instant = z.iso.datetime();

const schema = z.strictObject({
  kind: z.literal('listen'),
  at: instant,
  /** Between which moments it was listened without a break, on the API server's clock. The next entry begins at `to`. */
  from: instant,
  to: instant,
  /** Messages heard on each stream's MQTT topic, retained ones left out. */
  streams: z.array(z.strictObject({ stream: z.string(), mqttTopic: z.string(), messages: z.int().min(0) })),
});

/** What a listener of the suite's own has heard on MQTT. */
export type ListenEntry = z.output<typeof schema>;

export const listenEntry: EntryKind<ListenEntry> = { kind: 'listen', schema };
