import { defineConfig } from 'vitest/config';

/** The suite's own tests. Criteria (`*.spec.ts`) are run by cli/verify.ts against a target, never from here. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{helpers,specs,replica,scenarios,cli,reports,contract}/**/*.test.ts'],
          exclude: [
            'scenarios/detection.test.ts',
            '**/*.matrix.test.ts',
            '**/*.slow.test.ts',
            '**/*.browser.test.ts',
            '**/*.contract.test.ts',
          ],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'contract',
          include: ['contract/**/*.contract.test.ts'],
          globalSetup: 'contract/docker/global-setup.ts',
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Skipped, with words, where there is no Chromium.
        test: {
          name: 'browser',
          include: ['reports/**/*.browser.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Each of these starts replicas and runs the commands of an operator: one at a time, on the whole machine.
        test: {
          name: 'replica',
          include: ['scenarios/detection.test.ts', '**/*.slow.test.ts'],
          exclude: ['node_modules/**'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Half an hour by itself: npm run test:detection.
        test: {
          name: 'matrix',
          include: ['scenarios/detection.matrix.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
