import { $, which } from 'zx';
import { UsageError } from '../../cli/usage-error.ts';

type Platform = 'linux' | 'darwin' | 'win32';

/** The release that k3d.yaml is written for. */
const k3dVersion = 'v5.8.3';

/** How each program is installed, by its own documentation: https://k3d.io/stable/#install-current-latest-release */
const install: Readonly<Record<'docker' | 'k3d', Readonly<Record<Platform, string>>>> = {
  docker: {
    linux: 'curl -fsSL https://get.docker.com | sh',
    darwin: 'brew install --cask docker-desktop',
    win32: 'winget install Docker.DockerDesktop',
  },
  k3d: {
    linux: `curl -fsSL https://raw.githubusercontent.com/k3d-io/k3d/main/install.sh | TAG=${k3dVersion} bash`,
    darwin: 'brew install k3d',
    win32: 'winget install k3d.k3d',
  },
};

const start: Readonly<Record<Platform, string>> = {
  linux: 'sudo systemctl start docker',
  darwin: 'open -a Docker',
  win32: 'start Docker Desktop',
};

/** A daemon that hangs is one that does not answer. */
const answersWithin = '10s';

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

/** Throws `UsageError`, one line with the command that mends it, when k3d or docker is missing or docker's daemon does not answer. */
export async function requirePrograms({ env, platform }: Surroundings, signal: AbortSignal): Promise<void> {
  const here: Platform = platform === 'darwin' || platform === 'win32' ? platform : 'linux';
  for (const program of ['docker', 'k3d'] as const) {
    const found = await which(program, { path: env.PATH ?? '', nothrow: true });
    if (found === null) throw new UsageError(`${program} is not installed: ${install[program][here]}`);
  }
  const asked = await $({
    env,
    signal,
    quiet: true,
    nothrow: true,
    timeout: answersWithin,
    stdio: ['ignore', 'pipe', 'pipe'],
  })`docker version --format ${'{{.Server.Version}}'}`;
  signal.throwIfAborted();
  if (asked.exitCode === 0 && asked.stdout.trim() !== '') return;
  const words = asked.stderr.trim().split('\n')[0] || `no answer within ${answersWithin}`;
  throw new UsageError(`docker's daemon does not answer (${words}): ${start[here]}`);
}
