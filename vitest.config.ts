import { defineConfig } from 'vitest/config';

const project = (name: string, options: { timeoutMs: number; parallel: boolean }) => ({
  test: {
    name,
    include: [`tests/${name}/**/*.test.{ts,tsx}`],
    testTimeout: options.timeoutMs,
    hookTimeout: options.timeoutMs,
    fileParallelism: options.parallel,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', { timeoutMs: 120_000, parallel: true }),
      project('contract', { timeoutMs: 120_000, parallel: false }),
      project('integration', { timeoutMs: 120_000, parallel: false }),
    ],
  },
});
