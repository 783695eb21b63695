/** What all test files share: one browser, and one swarm with a tracker and a seeding transmission. */
import { execFileSync } from 'node:child_process';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { LAUNCH } from './launch';
import { ROOT, SWARM } from './paths';
import { Child } from './process';

/** A torrent that is seeded. */
export interface Seeded {
  readonly name: string;
  readonly torrent_path: string;
  readonly magnet: string;
  readonly seed_dir: string;
  readonly info_hash: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    browser: string;
    swarm: readonly Seeded[];
  }
}

/** One for each story that downloads. */
const TORRENTS = 8;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync('cargo', ['build', '--quiet', '-p', 'shoal-headless', '--example', 'swarm'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const swarm = new Child(SWARM, [String(TORRENTS)], {});
  const [line, browser] = await Promise.all([swarm.firstLine(), chromium.launchServer(LAUNCH)]);
  project.provide('swarm', JSON.parse(line) as Seeded[]);
  project.provide('browser', browser.wsEndpoint());
  return async () => {
    await Promise.all([swarm.close(), browser.close()]);
  };
}
