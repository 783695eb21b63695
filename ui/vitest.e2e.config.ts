import { defineConfig } from 'vitest/config';

// `--mode shots` takes pictures of every screen instead of testing.
export default defineConfig(({ mode }) => ({
  test: {
    environment: 'node',
    include: [mode === 'shots' ? 'e2e/shots.ts' : 'e2e/**/*.test.ts'],
    globalSetup: mode === 'shots' ? [] : ['e2e/harness/global.ts'],
    // One browser and two cores: stories run one after the other.
    fileParallelism: false,
    pool: 'forks',
    testTimeout: 180_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 30_000, interval: 50 } },
  },
}));
