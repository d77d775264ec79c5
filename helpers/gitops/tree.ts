import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { parseTar } from 'nanotar';
import type { Migration } from '../config/schema.ts';
import { getHttp } from '../target/dial/http.ts';
import type { Target } from '../target/target.ts';
import { Unobservable } from '../unobservable.ts';
import { readCheckout, readRemote } from './git.ts';
import type { GitTree, SourceState } from './observed.ts';

type Repository = Migration['gitops']['repository'];

/**
 * The files of the revision that a source holds: from the checkout or the URL that migration.yaml names, or else what
 * source-controller itself serves to the rest of Flux. Throws `Unobservable`.
 */
export async function readTree(target: Target, source: SourceState, repository: Repository): Promise<GitTree> {
  const { revision } = source;
  const what = `GitRepository ${source.namespace}/${source.name}`;
  if (revision === undefined)
    throw new Unobservable('history', `${what} has fetched no revision yet`, { hint: 'kubectl describe it' });
  if (repository !== undefined && 'path' in repository) return readCheckout(repository.path, revision);
  if (repository !== undefined) return readRemote(repository.url, revision);
  return readArtifact(target, source, revision);
}

async function readArtifact(target: Target, { artifact, namespace }: SourceState, revision: string): Promise<GitTree> {
  const url = artifact === undefined ? undefined : new URL(artifact.url);
  const [service = '', own = namespace, ...rest] = url?.hostname.split('.') ?? [];
  if (artifact === undefined || url === undefined || (rest.length > 0 && rest[0] !== 'svc'))
    throw new Unobservable(
      'unsupported',
      `the artifact of ${revision} is at no Service of the cluster: ${artifact?.url}`,
      {
        hint: 'Name a checkout instead: gitops.repository: { path: … } in migration.yaml.',
      },
    );
  const { status, bytes } = await getHttp(
    target,
    { namespace: own, service, port: Number(url.port || 80) },
    url.pathname,
  );
  if (status !== 200)
    throw new Unobservable('unreachable', `${artifact.url}: source-controller answers ${status}`, {
      hint: 'It keeps the newest artifact only: verify again.',
    });
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (artifact.digest !== undefined && artifact.digest !== digest)
    throw new Unobservable('unsupported', `${artifact.url}: what was served has ${digest}, not ${artifact.digest}`);
  const files = parseTar(gunzipSync(bytes)).flatMap(({ type, name, text }): [string, string][] =>
    type === 'file' ? [[name.replace(/^\.\//, ''), text]] : [],
  );
  return { revision, from: 'Flux’s own artifact', files: new Map(files) };
}
