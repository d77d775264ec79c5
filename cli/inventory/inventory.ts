import { oldSystemObservations } from '../../helpers/spec/observe/old-system.ts';
import { openActTarget } from '../acts/target.ts';
import type { InventoryOptions } from './options.ts';
import { type Found, inventoryMarkdown, inventoryYaml } from './text.ts';

const exitIncomplete = 2;

/**
 * Lists the old system as it is found, not as migration.yaml has it.
 *
 * @returns the exit code: 0, or 2 when something could not be looked at; that is listed too
 * Throws `UsageError`, `ConfigError` or `TargetConfigError` (exit code 64).
 */
export async function inventory(options: InventoryOptions): Promise<number> {
  await using target = await openActTarget(options);
  const { migration, connections } = target;
  const observe = oldSystemObservations(migration, connections);
  const [templates, claims, topics, groups, tables] = await Promise.all([
    observe.oldTemplates(),
    observe.oldClaims(),
    observe.oldTopics(),
    observe.consumption().then((each) => each.groups),
    observe.oldTableStates(),
  ]);
  const unseen = [templates, claims, topics, groups, tables].flatMap((each) => each.unseen);
  const found: Found = {
    templates: templates.seen,
    claims: claims.seen,
    topics: topics.seen,
    groups: groups.seen,
    tables: tables.seen,
  };
  process.stdout.write(options.yaml ? inventoryYaml(found, migration) : inventoryMarkdown(found, migration));
  for (const { subject, message } of unseen) process.stderr.write(`not listed, ${subject}: ${message}\n`);
  return unseen.length === 0 ? 0 : exitIncomplete;
}
