import { z } from 'zod';

const name = z.string().min(1);
const kubernetesName = name.regex(
  /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
  'a Kubernetes name: lower case letters, digits and dashes',
);

/** The Prometheus that watches the new system, where there is one. */
export const prometheusSection = z
  .strictObject({
    namespace: kubernetesName,
    service: kubernetesName,
    port: z.int().min(1).max(65535),
    /** Where it asks for basic authentication: a name under credentials. */
    credentials: name.optional(),
    /** Alerts that have to be loaded, and able to fire, by name. */
    alerts: z.array(name).min(1),
  })
  .optional();
