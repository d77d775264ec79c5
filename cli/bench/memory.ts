import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const everyMs = 200;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly mebibytes: number;
  readonly command: string;
}

/**
 * Samples what process trees have in memory; a tree is named by a word in its root's command line. On Linux a page that
 * processes share, most of them Node's own program, counts once in their sum (Pss, proc(5)); elsewhere once for each.
 */
export class MemoryWatch {
  #peaks = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  readonly #names = ['cli/verify.ts', 'replica/main.ts'];

  private constructor() {
    this.#timer = setInterval(() => void this.#sample(), everyMs);
  }

  static async start(): Promise<MemoryWatch> {
    const watch = new MemoryWatch();
    await watch.#sample();
    return watch;
  }

  /** The highest sum of a tree since the last reset, in MiB. */
  peakMiB(name: string): number {
    return this.#peaks.get(name) ?? 0;
  }

  /** Forgets the peak of the suite's tree; the replica's goes on. */
  reset(): void {
    this.#peaks.delete('cli/verify.ts');
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #sample(): Promise<void> {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,rss=,args=']);
    const processes = stdout.split('\n').flatMap((line): Process[] => {
      const [, pid, parent, kibibytes, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return command === undefined
        ? []
        : [{ pid: Number(pid), parent: Number(parent), mebibytes: Number(kibibytes) / 1024, command }];
    });
    for (const name of this.#names) {
      // Only what this bench started: other replicas may run beside it.
      const roots = processes.filter(
        (each) => each.command.includes(name) && descendsFrom(process.pid, each, processes),
      );
      const shares = await Promise.all(roots.flatMap((root) => treeOf(root, processes)).map(ownShare));
      const sum = shares.reduce((a, b) => a + b, 0);
      this.#peaks.set(name, Math.max(this.#peaks.get(name) ?? 0, sum));
    }
  }
}

function treeOf(root: Process, all: readonly Process[]): Process[] {
  const children = all.filter(({ parent, command }) => parent === root.pid && command !== root.command);
  return [root, ...children.flatMap((child) => treeOf(child, all))];
}

/** In MiB. */
async function ownShare({ pid, mebibytes }: Process): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const [, kibibytes] = /^Pss:\s+(\d+) kB$/m.exec(rollup) ?? [];
  return kibibytes === undefined ? mebibytes : Number(kibibytes) / 1024;
}

function descendsFrom(ancestor: number, child: Process, all: readonly Process[]): boolean {
  if (child.parent === ancestor) return true;
  const parent = all.find(({ pid }) => pid === child.parent);
  return parent !== undefined && descendsFrom(ancestor, parent, all);
}
