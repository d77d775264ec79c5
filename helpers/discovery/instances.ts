import type { FoundContainer, FoundFile, FoundWorkload, Stack } from './stack.ts';
import { readStreamFile, type StreamReading } from './stream-file.ts';

/** A workload that runs Redpanda Connect, and what it runs. */
export interface FoundInstance {
  readonly workload: FoundWorkload;
  /** Of its HTTP API; undefined when none of the container's ports is the usual one, or named http. */
  readonly port: number | undefined;
  /** `run` has one pipeline and no name for it. */
  readonly mode: 'streams' | 'run';
  readonly streams: readonly FoundStream[];
}

export interface FoundStream {
  /** As `/streams` names it; of a single pipeline, its file's name. */
  readonly id: string;
  readonly file: FoundFile;
  readonly reading: StreamReading;
}

/** A workload that runs Redpanda Connect by its image, and whose pipelines were not found. */
export interface UnreadInstance {
  readonly workload: FoundWorkload;
  readonly why: string;
}

/** The program's own default. */
export const usualPort = 4195;

/** Every workload that runs Redpanda Connect, told by the pipelines that it mounts or by its image. */
export function findInstances({ workloads }: Pick<Stack, 'workloads'>): {
  readonly instances: readonly FoundInstance[];
  readonly unread: readonly UnreadInstance[];
} {
  const instances: FoundInstance[] = [];
  const unread: UnreadInstance[] = [];
  for (const workload of workloads) {
    for (const container of workload.containers) {
      const streams = streamsOf(container);
      if (streams.length > 0) {
        const mode = container.command.includes('streams') ? 'streams' : 'run';
        instances.push({ workload, port: portOf(container), mode, streams });
      } else if (isConnect(container)) unread.push({ workload, why: whyUnread(container) });
    }
  }
  return { instances, unread };
}

function streamsOf(container: FoundContainer): FoundStream[] {
  const pipelines = container.files.flatMap((file): FoundStream[] => {
    const reading = /\.(ya?ml|json)$/.test(file.path) ? readStreamFile(file.text, container.env) : undefined;
    const id = file.path.replace(/^.*\//, '').replace(/\.\w+$/, '');
    return reading === undefined ? [] : [{ id, file, reading }];
  });
  const named = container.command.filter((word) => word.startsWith('/')).map(pattern);
  const run = pipelines.filter(({ file }) => named.some((each) => each.test(file.path)));
  if (run.length > 0) return run;
  // Without a word of a path it reads where its image says; one pipeline can only be that.
  return named.length === 0 || pipelines.length === 1 ? pipelines : [];
}

/** A path of the command line: a file, a glob, or a folder. */
function pattern(path: string): RegExp {
  const escaped = path.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
  return new RegExp(`^${escaped}(/.*)?$`);
}

function portOf({ ports }: FoundContainer): number | undefined {
  return (ports.find(({ port }) => port === usualPort) ?? ports.find(({ name }) => name === 'http'))?.port;
}

function isConnect({ image }: FoundContainer): boolean {
  return /(redpandadata\/connect|redpanda-connect|benthos)(:|@|$)/.test(image);
}

function whyUnread({ files, secretMounts }: FoundContainer): string {
  const [secret] = secretMounts;
  if (files.length > 0) return `no pipeline that can be read among ${files.map(({ path }) => path).join(', ')}`;
  if (secret !== undefined) return `its files are mounted from Secret ${secret.secret}, which is not read`;
  return 'it mounts no ConfigMap';
}
