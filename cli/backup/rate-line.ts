import type { WriteStream } from 'node:tty';
import { mebibytes } from '../../helpers/backup/take-backup.ts';
import type { Progress } from '../../helpers/backup/write-dump.ts';

/** How often a line is written over where somebody watches, and added where it goes to a file. */
const everyMs = { terminal: 200, file: 15_000 };

/** Tells how far a dump is and how fast it comes. The line is gone with its scope. */
export function rateLine(stream: WriteStream): { update(at: Progress): void } & Disposable {
  const began = performance.now();
  let lastMs = began;
  let isShown = false;
  return {
    update({ dumpedBytes, writtenBytes }) {
      const now = performance.now();
      if (now - lastMs < (stream.isTTY ? everyMs.terminal : everyMs.file)) return;
      lastMs = now;
      const perSecond = mebibytes(dumpedBytes / ((now - began) / 1000));
      const words = `dumped ${mebibytes(dumpedBytes)}, written ${mebibytes(writtenBytes)}, ${perSecond}/s`;
      stream.write(stream.isTTY ? `\r\u001b[K${words}` : `${words}\n`);
      isShown = stream.isTTY;
    },
    [Symbol.dispose]() {
      if (isShown) stream.write('\r\u001b[K');
      isShown = false;
    },
  };
}
