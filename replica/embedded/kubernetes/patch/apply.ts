import { isObject } from './merge.ts';
import { isSet, mergeKey } from './merge-keys.ts';

/**
 * Server-side apply, without ownership of fields: what is applied is merged in, lists with a merge key item by item, other
 * lists replaced. What an earlier apply set and this one leaves out stays, as there is no record of who set it.
 */
export function applyMerge(target: unknown, applied: unknown, path: readonly string[] = []): unknown {
  if (Array.isArray(applied)) return applyList(target, applied, path);
  if (!isObject(applied)) return applied;
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [member, value] of Object.entries(applied))
    result[member] = applyMerge(result[member], value, [...path, member]);
  return result;
}

function applyList(target: unknown, applied: readonly unknown[], path: readonly string[]): unknown[] {
  const present = Array.isArray(target) ? target : [];
  if (isSet(path)) return [...new Set([...present, ...applied])];
  const merge = mergeKey(path);
  if (merge === undefined) return [...applied];
  const result = [...present];
  for (const item of applied) {
    const index = result.findIndex((each) => isObject(each) && isObject(item) && each[merge] === item[merge]);
    if (index >= 0) result[index] = applyMerge(result[index], item, path);
    else result.push(item);
  }
  return result;
}
