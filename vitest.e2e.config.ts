import { defineConfig } from 'vitest/config';

// Real processes and a real browser: slow, and not part of `npm test`. Run with `npm run e2e`.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Each of these starts processes of its own; two at a time would measure each other.
    fileParallelism: false,
  },
});
