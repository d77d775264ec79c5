import { rmSync } from 'node:fs';
import net from 'node:net';
import { dirname } from 'node:path';
import { PostgresFront } from './front.ts';
import type { InstanceEvent, InstanceOptions } from './instance.ts';
import { openDatabase } from './open-database.ts';
import { forgetUnheard, loadHistory, runRetention } from './seed-history.ts';

/** The process of one PostgresInstance: opens the database, loads its history, serves it on a socket. */
function tell(event: InstanceEvent): void {
  if (process.connected) process.send?.(event);
}

type Orders = InstanceOptions & { readonly socketPath: string; readonly localSecret: string };

async function serve(options: Orders): Promise<void> {
  const { database, historyUntilMs } = await openDatabase(options);
  for (const sql of options.sqlAtStart ?? []) await database.exec(sql);
  if (options.history) {
    await forgetUnheard(database, options.database, options.history);
    await loadHistory(database, options.database, { ...options.history, fromMs: historyUntilMs });
    await runRetention(database, options, options.history);
  }
  const front = new PostgresFront(database, options.database, {
    log: (line) => tell({ type: 'log', line }),
    localSecret: options.localSecret,
  });
  const server = net.createServer((socket) => front.accept(socket.setNoDelay(true)));
  server.listen(options.socketPath, () => tell({ type: 'serving' }));
}

process.once('message', (options: Orders) => {
  // A parent that was killed does not tidy up.
  process.once('disconnect', () => rmSync(dirname(options.socketPath), { recursive: true, force: true }));
  process.once('disconnect', () => process.exit(0));
  serve(options).catch((error: unknown) => {
    tell({ type: 'failed', error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.exit(1);
  });
});
// The parent decides when it ends: ctrl-C reaches the whole process group.
process.on('SIGINT', () => {});
