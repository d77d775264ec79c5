import { dirname, join } from 'node:path';
import { identifier } from '../../helpers/database/sql.ts';
import { ledgerFile, readLedger } from '../../helpers/ledger/ledger.ts';
import { listenEntry } from '../../helpers/listen/schema.ts';
import type { FaultTarget } from '../faults/fault.ts';

/** What of one stream was sent, carried and stored, counted at each place by itself. */
export interface StreamAccount {
  readonly stream: string;
  /** Messages that the suite's own listener heard. */
  readonly messages: number;
  readonly records: number;
  /** Distinct rows. */
  readonly rows: number;
  /** Between two rows. */
  readonly longestPauseSeconds: number;
}

/** A message, its record and its row can fall on different sides of either end of what is counted. */
const edges = 2;

/**
 * Counts each stream over the time that `npm run listen` heard, by its own entries. Throws when there is none: then
 * nothing was counted at MQTT.
 */
export async function accountStreams(replica: FaultTarget): Promise<StreamAccount[]> {
  const { metadata } = await replica.core.readNamespace({ name: 'kube-system' });
  const file = ledgerFile(join(dirname(replica.kubeconfig), 'ledger'), metadata?.uid ?? '');
  const heard = (await readLedger(file)).entries(listenEntry);
  const [first, last] = [heard[0], heard.at(-1)];
  if (first === undefined || last === undefined) throw new Error(`${file} holds nothing that was heard on MQTT`);
  const span = { from: first.from, to: last.to };
  const admin = replica.kafka.admin();
  await admin.connect();
  try {
    const offsetAt = async (topic: string, at: string) => {
      const found = await admin.fetchTopicOffsetsByTimestamp(topic, Date.parse(at));
      return found.reduce((sum, { offset }) => sum + Number(offset), 0);
    };
    const accounts: StreamAccount[] = [];
    for (const [stream, { topic, rows }] of Object.entries(replica.migration.new.streams)) {
      const messages = heard.flatMap(({ streams }) => streams.filter((each) => each.stream === stream));
      const records = (await offsetAt(topic, span.to)) - (await offsetAt(topic, span.from));
      accounts.push({
        stream,
        messages: messages.reduce((sum, each) => sum + each.messages, 0),
        records,
        ...(await stored(replica, rows, span)),
      });
    }
    return accounts;
  } finally {
    await admin.disconnect();
  }
}

/** In words, each stream of which more was sent than stored, or of which nothing was counted at all. */
export function losses(accounts: readonly StreamAccount[]): string[] {
  return accounts.flatMap(({ stream, messages, records, rows }) => {
    const counted = `${messages} messages, ${records} records, ${rows} rows`;
    if (messages === 0 || rows === 0) return [`${stream}: nothing was counted (${counted})`];
    return Math.max(messages, records) - rows > edges ? [`${stream}: ${counted}`] : [];
  });
}

async function stored(
  { sql }: FaultTarget,
  { table, time, device, where = {} }: FaultTarget['migration']['new']['streams'][string]['rows'],
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Pick<StreamAccount, 'rows' | 'longestPauseSeconds'>> {
  const at = identifier(time);
  const terms = Object.entries(where).map(([column, value]) => ` AND ${identifier(column)} = '${value}'`);
  const [row] = await sql<{ rows: string; pause: string | null }>(
    'telemetry',
    `SELECT count(*) AS rows, max(pause) AS pause FROM (
       SELECT extract(epoch FROM ${at} - lag(${at}) OVER (ORDER BY ${at})) AS pause
         FROM (SELECT DISTINCT ${at}, ${identifier(device)} FROM ${identifier(table)}
           WHERE ${at} >= '${from}' AND ${at} < '${to}'${terms.join('')}) AS distinct_rows) AS pauses`,
  );
  return { rows: Number(row?.rows ?? 0), longestPauseSeconds: Number(row?.pause ?? 0) };
}
