import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const everyMs = 200;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly mebibytes: number;
  readonly command: string;
}

/** Samples the resident memory of process trees; a tree is named by a word in its root's command line. */
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
      const sum = roots.map((root) => treeOf(root, processes)).reduce((a, b) => a + b, 0);
      this.#peaks.set(name, Math.max(this.#peaks.get(name) ?? 0, sum));
    }
  }
}

function treeOf(root: Process, all: readonly Process[]): number {
  const children = all.filter(({ parent, command }) => parent === root.pid && command !== root.command);
  return root.mebibytes + children.map((child) => treeOf(child, all)).reduce((a, b) => a + b, 0);
}

function descendsFrom(ancestor: number, child: Process, all: readonly Process[]): boolean {
  if (child.parent === ancestor) return true;
  const parent = all.find(({ pid }) => pid === child.parent);
  return parent !== undefined && descendsFrom(ancestor, parent, all);
}
