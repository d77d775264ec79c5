import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import { type LiveProcess, processGroup } from './process-group.ts';

const root = resolve(import.meta.dirname, '..', '..');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Working directory, and where the script is looked for; this checkout unless given. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** It is killed when it takes longer. */
  readonly withinSeconds?: number;
  /** True: on a terminal, which shows both of its outputs, and what is typed there, as its standard output. Wants `terminal`. */
  readonly onTerminal?: true;
}

/** The program that gives a command a terminal (util-linux has it), or undefined on a machine that lacks it. */
export const terminal: string | undefined = /util-linux/.test(
  spawnSync('script', ['--version']).stdout?.toString() ?? '',
)
  ? 'script'
  : undefined;

/** A command in a process group of its own, as a shell starts one. */
export interface RunningCommand extends AsyncDisposable {
  readonly pid: number;
  /** Resolves when it has ended and both of its outputs are closed. */
  readonly ended: Promise<Ended>;
  /** Resolves when its output, both together, has matched. Rejects when it ends before, quoting what it said instead. */
  said(pattern: RegExp): Promise<void>;
  /** To the command alone, as `kill` sends it. */
  kill(signal: NodeJS.Signals): void;
  /** To all of its process group, as a terminal sends ctrl-C. */
  killGroup(signal: NodeJS.Signals): void;
  /** Types a line, where it is on a terminal. */
  type(line: string): void;
  /** Nobody reads its standard output any more. */
  stopReading(): void;
  /** What still lives of its process group. */
  left(): Promise<LiveProcess[]>;
  /** What still lives of it after the time that orphans take to notice: none, or those that never will. */
  leftForGood(withinSeconds?: number): Promise<LiveProcess[]>;
}

/** Starts a script of the project with arguments. Disposing kills whatever is left of its process group. */
export function startCommand(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const { cwd = root, env = {}, withinSeconds = 120, onTerminal = false } = options;
  const typed = [process.execPath, ...args].map((word) => `'${word}'`).join(' ');
  const [command, ...words] = onTerminal
    ? [terminal ?? 'script', '--quiet', '--return', '--command', typed, '/dev/null']
    : [process.execPath, ...args];
  const child = spawn(command, words, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (!onTerminal) child.stdin.end();
  const pid = child.pid ?? 0;
  const output = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const listener of listeners) listener();
    });
  }
  const killGroup = (signal: NodeJS.Signals) => {
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  const late = setTimeout(() => {
    output.stderr += `\n(killed after ${withinSeconds} s)`;
    killGroup('SIGKILL');
  }, withinSeconds * 1000);
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    clearTimeout(late);
    return { code, signal, ...output };
  });
  const left = () => processGroup(pid);
  return {
    pid,
    ended,
    said: (pattern) =>
      new Promise((matched, reject) => {
        const look = () => {
          if (!pattern.test(stripVTControlCharacters(output.stdout + output.stderr))) return;
          listeners.delete(look);
          matched();
        };
        listeners.add(look);
        look();
        void ended.then(({ code, stdout, stderr }) => {
          reject(new Error(`it ended with ${code} before it said ${pattern}:\n${stdout}\n${stderr}`));
        });
      }),
    kill: (signal) => void child.kill(signal),
    killGroup,
    type: (line) => void child.stdin.write(`${line}\r`),
    stopReading: () => void child.stdout.destroy(),
    left,
    leftForGood: async (within = 20) => {
      const probe = async () => {
        const processes = await left();
        return processes.length === 0 ? seen(processes) : notYet(`${processes.length} processes`);
      };
      return eventually(probe, { for: 'no process left', within, every: 0.1 }).catch(() => left());
    },
    async [Symbol.asyncDispose]() {
      killGroup('SIGKILL');
      await ended;
    },
  };
}
