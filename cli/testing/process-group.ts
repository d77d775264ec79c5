import { readdir, readFile } from 'node:fs/promises';

/** A process that is alive: neither ended nor waiting to be buried by its parent. */
export interface LiveProcess {
  readonly pid: number;
  readonly command: string;
}

/** The living processes of a process group. Reads /proc, so it knows of none where there is no Linux. */
export async function processGroup(group: number): Promise<LiveProcess[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.map(Number).filter((pid) => pid > 0);
  const processes = await Promise.all(pids.map((pid) => liveProcess(pid, group)));
  return processes.filter((process) => process !== undefined);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: state and group are behind the command in parentheses. */
async function liveProcess(pid: number, group: number): Promise<LiveProcess | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(itsGroup) !== group || state === 'Z' || state === 'X') return undefined;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return { pid, command: command.replaceAll('\0', ' ').trim() };
  } catch {
    // It ended while we looked.
    return undefined;
  }
}
