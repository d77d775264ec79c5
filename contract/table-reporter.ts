import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';
import { contractTable, type Row } from './table.ts';

/** Prints at the end what each contract was held against, how that was had, and what came of it. */
export default class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules.filter(({ project }) => project.name === 'contract').flatMap(rowsOf);
    if (rows.length > 0) console.log(`\n${contractTable(rows)}\n`);
  }
}

function rowsOf(module: TestModule): Row[] {
  const rows = [...module.children].flatMap((child): Row[] => {
    const { held } = child.meta();
    return held === undefined ? [] : [{ ...held, ...counted(child) }];
  });
  if (rows.length > 0) return rows;
  // Such a file could not be read to its end.
  const title = module.relativeModuleId.replace(/^contract\/|\.contract\.test\.ts$/g, '');
  const absent = module.errors()[0]?.message ?? 'no contract is in the file';
  return [{ title, subject: 'nothing', absent, passed: 0, failed: 1, skipped: 0 }];
}

function counted(child: TestCase | TestSuite): Pick<Row, 'passed' | 'failed' | 'skipped'> {
  const tests = child.type === 'suite' ? [...child.children.allTests()] : [child];
  const of = (state: string) => tests.filter((test) => test.result().state === state).length;
  // A subject that could not be opened fails its suite, and skips the cases.
  const errors = child.type === 'suite' ? child.errors().length : 0;
  return { passed: of('passed'), failed: of('failed') + errors, skipped: of('skipped') + of('pending') };
}
