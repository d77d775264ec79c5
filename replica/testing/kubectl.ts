import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

/** A kubectl of this machine. */
export interface Kubectl {
  /** As it is named: `kubectl`, `kubectl.1.28`, or a path. */
  readonly name: string;
  readonly path: string;
}

/** Up to 1.28 a kubectl reads OpenAPI v2, from 1.31 it opens websockets, from 1.33 it writes protobuf. */
const versions = ['kubectl', 'kubectl.1.28', 'kubectl.1.33'];

/**
 * Each of these that is on PATH or lies beside the kubectl on PATH, and those that KUBECTLS names (names or paths,
 * separated by colons). Empty where there is none.
 */
export function installedKubectls(): readonly Kubectl[] {
  const named = (process.env.KUBECTLS ?? '').split(delimiter).filter(Boolean);
  const beside = onPath('kubectl').map((path) => dirname(realpathSync(path)));
  return [...versions, ...named].flatMap((name) => {
    const [path] = [...onPath(name), ...beside.map((directory) => join(directory, name)).filter(existsSync)];
    return path === undefined ? [] : [{ name, path }];
  });
}

function onPath(name: string): string[] {
  const path = spawnSync('sh', ['-c', 'command -v "$0"', name]).stdout.toString().trim();
  return path === '' ? [] : [path];
}

export interface Printed {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A shell whose `kubectl` is the one given and whose cluster is that of a kubeconfig. */
export class OperatorShell implements AsyncDisposable {
  readonly #directory: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(directory: string, kubeconfig: string) {
    this.#directory = directory;
    // A home of its own: kubectl caches there what it has discovered.
    this.#environment = {
      PATH: `${directory}${delimiter}${process.env.PATH}`,
      HOME: directory,
      KUBECONFIG: kubeconfig,
      LANG: 'C.UTF-8',
    };
  }

  static async open({ path }: Kubectl, kubeconfig: string): Promise<OperatorShell> {
    const directory = await mkdtemp(join(tmpdir(), 'operator-'));
    await symlink(path, join(directory, 'kubectl'));
    return new OperatorShell(directory, kubeconfig);
  }

  /** Runs a command line to its end. */
  async run(command: string, input = ''): Promise<Printed> {
    const child = this.#spawn(command);
    child.stdin?.on('error', () => {}); // One that ends early reads no more.
    child.stdin?.end(input);
    const [stdout, stderr] = await Promise.all([
      child.stdout ? text(child.stdout) : '',
      child.stderr ? text(child.stderr) : '',
      once(child, 'close'),
    ]);
    return { exitCode: child.exitCode, stdout, stderr };
  }

  /** Starts a command line that goes on until it is stopped. */
  follow(command: string): Followed {
    return new Followed(this.#spawn(`exec ${command}`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  #spawn(command: string): ChildProcess {
    return spawn('sh', ['-c', command], { env: this.#environment });
  }
}

/** A command that goes on. */
class Followed implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #said = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.#said += chunk;
        for (const look of [...this.#waiting]) look();
      });
    child.on('close', () => {
      for (const look of [...this.#waiting]) look();
    });
  }

  /** Both outputs, as far as they have come. */
  get said(): string {
    return this.#said;
  }

  /** Types into its standard input. */
  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Resolves with the first match in what it says. Rejects when it ends, or says nothing of the kind in time. */
  until(pattern: RegExp, withinMs = 20_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => settle(`within ${withinMs / 1000} s`), withinMs);
      const settle = (why: string) => {
        clearTimeout(late);
        this.#waiting.delete(look);
        reject(new Error(`did not say ${pattern} ${why}, but:\n${this.#said}`));
      };
      const look = () => {
        const match = pattern.exec(this.#said);
        if (!match && this.#child.exitCode === null && this.#child.signalCode === null) return;
        if (!match) return settle('until its end');
        clearTimeout(late);
        this.#waiting.delete(look);
        resolve(match);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Resolves with its exit code when it has ended by itself. */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close');
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
  }
}

/** The rows of a table as kubectl prints it, by the names of its columns. */
export function rowsOf(printed: string): Record<string, string>[] {
  const [header = '', ...lines] = printed.trimEnd().split('\n');
  const names = [...header.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ name: match[0], at: match.index }));
  return lines.map((line) =>
    Object.fromEntries(names.map(({ name, at }, index) => [name, line.slice(at, names[index + 1]?.at).trim()])),
  );
}
