import { defineConfig } from 'vitest/config';

/** Rooms that hold nothing between two tests: their files share a worker, whose modules are loaded once. */
const PURE = ['kernel', 'consent', 'vault', 'web'].map((room) => `packages/${room}/test/**/*.test.ts`);

export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/e2e/**', '**/node_modules/**', ...PURE],
        },
      },
    ],
  },
});
