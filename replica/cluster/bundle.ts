import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/**
 * A program of replica/cluster/programs with all that it imports, as one JavaScript module that a plain Node runs.
 * It has to fit into a ConfigMap (1 MiB).
 */
export async function bundleProgram(name: string): Promise<string> {
  const input = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
  await using bundle = await rolldown({ input, platform: 'node', logLevel: 'silent' });
  const { output } = await bundle.generate({ format: 'esm', minify: true, codeSplitting: false });
  return output[0].code;
}
