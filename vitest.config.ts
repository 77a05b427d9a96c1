import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Threads and processes that tests start take what is compiled from here: half of their start.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/hale-tests', import.meta.url));

/** Files of the rooms share a worker, whose modules are loaded once: what a test opens it closes, and nothing else outlives it. */
const ROOMS = 'packages/*/test/**/*.test.ts';

export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'rooms', include: [ROOMS], isolate: false } },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**'] } },
    ],
  },
});
