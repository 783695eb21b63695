/** Removing, and taking it back. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { different, filesBelow } from './harness/files';
import { story, useBrowser } from './harness/story';
import { contentOf, makeTorrent } from './harness/torrents';
import { gone, openAnew, see, type Window } from './harness/window';

useBrowser();

async function removeBuoy(window: Window): Promise<void> {
  await window.row('Buoy').click();
  await window.press('Delete');
  await window.expectNames(['Anchor', 'Coral', 'Dune', 'Eel']);
}

describe('removing', () => {
  story('offers to take it back, and the next row has the focus', async ({ listed, window }) => {
    await window.expectNames(listed);
    await removeBuoy(window);
    const toast = window.toasts.filter({ hasText: /Removed 1 torrent\./ });
    await see(toast.getByText('Files kept.'));
    const focused = window.grid.locator('[role="row"]:focus');
    await expect.poll(async () => focused.getAttribute('aria-label')).toMatch(/^Coral, /);
    await window.button('Undo', toast).click();
    await window.expectNames(listed);
    await gone(toast);
  });

  story('is taken back by Ctrl Z and made again by Ctrl Shift Z', async ({ listed, window }) => {
    await window.expectNames(listed);
    await window.row('Buoy').click();
    await window.row('Dune').click({ modifiers: ['Control'] });
    await window.button('Remove from list').click();
    await window.expectNames(['Anchor', 'Coral', 'Eel']);
    await window.press('Control+z');
    await window.expectNames(listed);
    await window.press('Control+Shift+Z');
    await window.expectNames(['Anchor', 'Coral', 'Eel']);
    await window.press('Control+z');
    await window.expectNames(listed);
  });

  story('can be taken back after the page was loaded again', async ({ listed, window }) => {
    await window.expectNames(listed);
    await removeBuoy(window);
    await window.page.reload();
    await window.expectNames(['Anchor', 'Coral', 'Dune', 'Eel']);
    await window.press('Control+z');
    await window.expectNames(listed);
  });

  story('can be taken back after a restart', async ({ shoal, listed, window }) => {
    await window.expectNames(listed);
    await removeBuoy(window);
    await shoal.end('SIGTERM');
    await shoal.start();
    await openAnew(window, shoal.url);
    await window.expectNames(['Anchor', 'Coral', 'Dune', 'Eel']);
    await window.press('Control+z');
    await window.expectNames(listed);
    await see(window.row('Buoy', 'Stopped'));
  });
});

describe('moving to the trash', () => {
  story('takes the files along, and brings them back', async ({ shoal, window }) => {
    const names = ['Kelp'];
    writeFileSync(join(shoal.downloads, 'Kelp'), contentOf('Kelp', 3));
    const before = shoal.folder('before');
    writeFileSync(join(before, 'Kelp'), contentOf('Kelp', 3));
    await shoal.add(makeTorrent(shoal.folder('made'), 'Kelp', 3), true);
    await see(window.row('Kelp', 'Seeding'));
    await window.row('Kelp').click();
    await window.press('Shift+Delete');
    const toast = window.toasts.filter({ hasText: 'Files are in the trash.' });
    await see(toast);
    await expect.poll(() => filesBelow(shoal.downloads)).toEqual([]);
    await window.button('Undo', toast).click();
    await see(window.row('Kelp', 'Seeding'));
    expect(different(before, shoal.downloads, names)).toEqual([]);
  });
});
