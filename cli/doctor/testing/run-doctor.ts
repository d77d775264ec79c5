import { execFile } from 'node:child_process';

/** The command as npm runs it: its exit code and what it printed. */
export function runDoctor(...options: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = ['--disable-warning=TimeoutNegativeWarning', 'cli/doctor.ts', ...options];
  const environment = { ...process.env, NO_COLOR: '1' };
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env: environment, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
