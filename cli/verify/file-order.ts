import type { TestSequencer, TestSequencerConstructor, TestSpecification } from 'vitest/node';

/** Runs spec files in the order of the criteria that they are named after (`streams.spec.ts`: P1.streams), whatever failed last time. */
export function fileOrder(ids: readonly string[]): TestSequencerConstructor {
  const names = ids.map((id) => id.slice(id.indexOf('.') + 1));
  const rank = ({ moduleId }: TestSpecification) => {
    const name = moduleId.slice(moduleId.lastIndexOf('/') + 1).replace('.spec.ts', '');
    const index = names.indexOf(name);
    return index === -1 ? names.length : index;
  };
  return class implements TestSequencer {
    shard(files: TestSpecification[]): TestSpecification[] {
      return files;
    }
    sort(files: TestSpecification[]): TestSpecification[] {
      return files.toSorted((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
    }
  };
}
