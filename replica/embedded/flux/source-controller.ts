import { createServer } from 'node:http';
import type { KubeObject } from '../kubernetes/object.ts';
import { apiTime, type KubeStore } from '../kubernetes/store.ts';
import type { ContainerContext, Program } from '../program.ts';
import { archiveOf, digestOf } from './archive.ts';
import { gitRepositories } from './content.ts';
import { goDuration } from './duration.ts';
import { controllerLog, logStart } from './log.ts';
import { Loop } from './loop.ts';
import { branch, filesOf, headOf } from './repository.ts';
import { writeStatus } from './status.ts';

const port = 9090;
const host = 'source-controller.flux-system.svc.cluster.local.';

export interface SourceOptions {
  readonly store: KubeStore;
  /** The bare repository on this machine, and the URL under which the cluster knows it. */
  readonly gitdir: string;
  readonly url: string;
  /** Before it resolves nothing is looked at. */
  readonly live: Promise<void>;
}

/** An artifact as it stands in a source's status. */
export interface Artifact {
  readonly digest: string;
  readonly lastUpdateTime: string;
  readonly path: string;
  readonly revision: string;
  readonly size: number;
  readonly url: string;
}

export function artifactOf(source: KubeObject, ref: string, commit: string, archive: Buffer, at: Date): Artifact {
  const { namespace, name } = source.metadata;
  const path = `gitrepository/${namespace}/${name}/${commit}.tar.gz`;
  return {
    digest: digestOf(archive),
    lastUpdateTime: apiTime(at),
    path,
    revision: `${ref}@sha1:${commit}`,
    size: archive.length,
    url: `http://${host}/${path}`,
  };
}

/** Flux's source-controller: looks at the repository on each interval and on request, and serves what it found there over HTTP. */
export function sourceController(options: SourceOptions): Program {
  return {
    cpuCores: 0.002,
    memoryBytes: () => 34 * 2 ** 20,
    async run(context) {
      logStart(context);
      const archives = new Map<string, Promise<Buffer>>();
      const archive = (commit: string) => {
        const made = archives.get(commit) ?? filesOf(options.gitdir, commit).then(archiveOf);
        archives.set(commit, made);
        return made;
      };
      const server = artifactServer(options.store, archive);
      using _port = context.listen(port, (socket) => server.emit('connection', socket));
      const rest = (source: KubeObject) => goDuration(source.spec?.interval) ?? 60_000;
      const reconcile = async (source: KubeObject) => {
        await reconcileSource(source, { ...options, context, archive });
        return rest(source);
      };
      const loop = new Loop({ store: options.store, ref: gitRepositories, reconcile, rest, signal: context.signal });
      await options.live;
      await loop.run();
      server.closeAllConnections();
      return 0;
    },
  };
}

interface Look extends SourceOptions {
  readonly context: ContainerContext;
  readonly archive: (commit: string) => Promise<Buffer>;
}

async function reconcileSource(source: KubeObject, { store, gitdir, url, context, archive }: Look): Promise<void> {
  const { spec = {}, status = {}, metadata } = source;
  if (spec.suspend === true || metadata.deletionTimestamp !== undefined) return;
  const log = controllerLog(context, source);
  const { branch: ref = branch } = (spec.ref ?? {}) as { branch?: string };
  try {
    if (spec.url !== url) throw new Error(`unable to list remote for '${spec.url}': ${unknownHost(String(spec.url))}`);
    const commit = await headOf(gitdir, ref).catch(() => {
      throw new Error(`unable to clone '${url}': couldn't find remote ref "refs/heads/${ref}"`);
    });
    const made = artifactOf(source, ref, commit, await archive(commit), context.now());
    const known = status.artifact as Artifact | undefined;
    const isNew = known?.revision !== made.revision;
    const message = `stored artifact for revision '${made.revision}'`;
    if (isNew) log('info', message);
    const good = { status: 'True', reason: 'Succeeded', message } as const;
    writeStatus(store, gitRepositories, source, context.now(), {
      conditions: { Ready: good, ArtifactInStorage: good, FetchFailed: undefined },
      members: { artifact: isNew ? made : known },
      handled: true,
    });
  } catch (error) {
    const message = `failed to checkout and determine revision: ${(error as Error).message}`;
    log('error', message);
    const bad = { reason: 'GitOperationFailed', message };
    writeStatus(store, gitRepositories, source, context.now(), {
      conditions: { Ready: { ...bad, status: 'False' }, FetchFailed: { ...bad, status: 'True' } },
      handled: true,
    });
  }
}

/** The replica's cluster has one Git repository, under one name. */
function unknownHost(url: string): string {
  const name = URL.canParse(url) ? new URL(url).hostname : url;
  return `Get "${url}/info/refs?service=git-upload-pack": dial tcp: lookup ${name}: no such host`;
}

/** What is served is what a source's status names; older artifacts are collected. */
function artifactServer(store: KubeStore, archive: (commit: string) => Promise<Buffer>) {
  return createServer(async (request, response) => {
    const path = (request.url ?? '').replace(/^\//, '');
    const source = store
      .list(gitRepositories)
      .find(({ status }) => (status?.artifact as Artifact | undefined)?.path === path);
    const commit = /([0-9a-f]{40})\.tar\.gz$/.exec(path)?.[1];
    if (!source || commit === undefined) return response.writeHead(404).end('404 page not found\n');
    try {
      response.writeHead(200, { 'content-type': 'application/gzip' }).end(await archive(commit));
    } catch (error) {
      response.writeHead(500).end(`${(error as Error).message}\n`);
    }
  });
}
