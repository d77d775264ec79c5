import { z } from 'zod';

/** Who applies what: Flux, where it lies, and what of the old system it applies. */
const name = z.string().min(1);
const kubernetesName = name.regex(
  /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
  'a Kubernetes name: lower case letters, digits and dashes',
);

export const gitopsSection = z.strictObject({
  /** Why nothing applies manifests to this cluster: what is said of GitOps does not apply then. */
  none: name.optional(),
  namespace: kubernetesName.default('flux-system'),
  /** The GitRepository that they come from. */
  source: kubernetesName.default('flux-system'),
  /** Kustomizations of the old system that phase 6 removes. */
  kustomizations: z.array(kubernetesName).default([]),
  /** Where its commits are read: a checkout on this machine, or a URL that asks for no credentials. Without it what source-controller serves is read. */
  repository: z
    .union([z.strictObject({ path: name }), z.strictObject({ url: z.url({ protocol: /^https?$/ }) })])
    .optional(),
});
