import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const configPath = resolve(import.meta.dirname, '..', '..', 'k3d.yaml');

/** What the lifecycle needs of k3d.yaml; the rest is k3d's own to check. */
const needed = z.object({
  metadata: z.object({ name: z.string() }),
  options: z.object({
    runtime: z.object({ labels: z.tuple([z.object({ label: z.string().regex(/^[^=]+=.+$/) })]) }),
  }),
});

export interface ClusterConfig {
  readonly name: string;
  /** The label of its servers' containers, by which a cluster is known as one of ours. */
  readonly mark: { readonly key: string; readonly value: string };
}

export async function readClusterConfig(): Promise<ClusterConfig> {
  const { metadata, options } = needed.parse(parse(await readFile(configPath, 'utf8')));
  const [key = '', value = ''] = options.runtime.labels[0].label.split('=');
  return { name: metadata.name, mark: { key, value } };
}
