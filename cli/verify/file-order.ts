import type { TestSequencer, TestSequencerConstructor, TestSpecification } from 'vitest/node';
import { type Criterion, specFolder } from '../../specs/criteria.ts';

/**
 * Runs spec files in the order of the criteria that they are named after (`phase-1/streams.spec.ts`: P1.streams),
 * whatever failed last time: a criterion that is judged from others comes after them.
 */
export function fileOrder(criteria: readonly Criterion[]): TestSequencerConstructor {
  const files = criteria.map(({ id, phase }) => `/${specFolder(phase)}/${id.slice(id.indexOf('.') + 1)}.spec.ts`);
  const rank = ({ moduleId }: TestSpecification) => {
    const index = files.findIndex((file) => moduleId.endsWith(file));
    return index === -1 ? files.length : index;
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
