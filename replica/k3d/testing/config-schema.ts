import { z } from 'zod';

/**
 * k3d's configuration file k3d.io/v1alpha5 of kind Simple, written down from its documentation
 * (https://k3d.io/stable/usage/configfile). As k3d does, it knows no other members than these; beyond that it knows the
 * forms of the values that k3d reads only later: durations, ports, arguments, node filters.
 */
const nodeFilters = z
  .array(z.string().regex(/^(all|loadbalancer|(server|agent)s?:(\*|\d+(-\d+)?))(:\w+)?$/))
  .optional();
const filtered = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.strictObject({ ...shape, nodeFilters });
const list = <Item extends z.ZodType>(item: Item) => z.array(item).optional();

const flag = z.boolean().optional();
const text = z.string().optional();
const memory = z
  .string()
  .regex(/^\d+[bkmg]$/i)
  .optional();
const hostname = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/);
/** A number that YAML must hold as text. */
const port = z.string().regex(/^(random|\d{1,5})$/);
const keyAndValue = z.string().regex(/^[^=\s]+=.*$/);
/** `[HOST:][HOSTPORT:]CONTAINERPORT[/PROTOCOL]`, ports may be ranges. */
const portMapping = z.string().regex(/^((\[[0-9a-f:]+\]|[\w.-]+):)?(\d+(-\d+)?:)?\d+(-\d+)?(\/(tcp|udp|sctp))?$/);

const kubeApi = z.strictObject({ host: hostname.optional(), hostIP: z.ipv4().optional(), hostPort: port.optional() });

const registries = z.strictObject({
  create: z
    .strictObject({
      name: hostname.optional(),
      host: text,
      hostPort: port.optional(),
      image: text,
      proxy: z.strictObject({ remoteURL: z.url(), username: text, password: text }).optional(),
      volumes: list(z.string()),
    })
    .optional(),
  use: list(z.string()),
  config: text,
});

const options = z.strictObject({
  k3d: z
    .strictObject({
      wait: flag,
      timeout: z
        .string()
        .regex(/^(\d+(\.\d+)?(h|m|s|ms))+$/)
        .optional(),
      disableLoadbalancer: flag,
      disableImageVolume: flag,
      disableRollback: flag,
      loadbalancer: z.strictObject({ configOverrides: list(keyAndValue) }).optional(),
    })
    .optional(),
  k3s: z
    .strictObject({
      extraArgs: list(filtered({ arg: z.string().startsWith('--') })),
      nodeLabels: list(filtered({ label: keyAndValue })),
    })
    .optional(),
  kubeconfig: z.strictObject({ updateDefaultKubeconfig: flag, switchCurrentContext: flag }).optional(),
  runtime: z
    .strictObject({
      gpuRequest: text,
      serversMemory: memory,
      agentsMemory: memory,
      hostPidMode: flag,
      labels: list(filtered({ label: keyAndValue })),
      ulimits: list(z.strictObject({ name: z.string(), soft: z.int(), hard: z.int() })),
    })
    .optional(),
});

export const simpleConfig = z.strictObject({
  apiVersion: z.literal('k3d.io/v1alpha5'),
  kind: z.literal('Simple'),
  metadata: z.strictObject({ name: hostname.max(32).optional() }).optional(),
  servers: z.int().min(1).optional(),
  agents: z.int().min(0).optional(),
  kubeAPI: kubeApi.optional(),
  image: text,
  network: text,
  subnet: z
    .string()
    .regex(/^(auto|\d+\.\d+\.\d+\.\d+\/\d+)$/)
    .optional(),
  token: text,
  volumes: list(filtered({ volume: z.string() })),
  manifests: list(z.strictObject({ name: z.string(), manifest: z.string() })),
  ports: list(filtered({ port: portMapping })),
  options: options.optional(),
  env: list(filtered({ envVar: keyAndValue })),
  registries: registries.optional(),
  hostAliases: list(z.strictObject({ ip: z.ipv4(), hostnames: z.array(hostname) })),
});
