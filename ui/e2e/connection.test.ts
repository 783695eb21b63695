/** Pages that lose their server, and those that may not talk to it. */
import type { WebSocketRoute } from 'playwright-core';
import { describe, expect } from 'vitest';
import { story, useBrowser } from './harness/story';
import { gone, openAnew, see } from './harness/window';

useBrowser();

const LOST = 'Shoal does not answer';

describe('the list', () => {
  story('is the same after the page was loaded again', async ({ listed, window }) => {
    await window.expectNames(listed);
    expect(window.page.url()).not.toContain('token');
    await window.page.reload();
    await window.expectNames(listed);
  });

  story('comes back by itself when the connection broke', async ({ listed, window }) => {
    const streams: WebSocketRoute[] = [];
    await window.page.routeWebSocket('**/api/v1/events', (stream) => {
      stream.connectToServer();
      streams.push(stream);
    });
    await window.page.reload();
    await window.expectNames(listed);
    await streams[0]?.close();
    await expect.poll(() => streams.length).toBeGreaterThan(1);
    await gone(window.page.getByText(`${LOST}.`));
    await window.row('Buoy').click();
    await window.press('Space');
    await see(window.row('Buoy', 'Downloading'));
  });

  story(
    'stays in sight when the server was killed, and is whole when it is opened again',
    async ({ shoal, listed, window }) => {
      await window.expectNames(listed);
      await shoal.end('SIGKILL');
      await see(window.page.getByText(`${LOST}.`));
      await window.expectNames(listed);
      await shoal.start();
      await openAnew(window, shoal.url);
      await window.expectNames(listed);
      await gone(window.page.getByText(`${LOST}.`));
    },
  );

  // The server forgets who is signed in when it ends.
  story('comes back by itself after the server was killed', async ({ shoal, listed, window }) => {
    await window.expectNames(listed);
    await shoal.end('SIGKILL');
    await see(window.page.getByText(`${LOST}.`));
    await window.expectNames(listed);
    await shoal.start();
    await gone(window.page.getByText(`${LOST}.`));
    await window.expectNames(listed);
    await window.row('Buoy').click();
    await window.press('Space');
    await see(window.row('Buoy', 'Downloading'));
  });

  // The stream ends without the last event.
  story('says so when Shoal has quit', async ({ shoal, listed, window }) => {
    await window.expectNames(listed);
    await shoal.end('SIGTERM');
    await see(window.page.getByText('Shoal has quit.'));
    await window.expectNames(listed);
  });

  story('is the same in a second page, as it changes', async ({ context, listed, window }) => {
    await window.expectNames(listed);
    const second = await context.newPage();
    await second.goto(window.page.url());
    await see(second.getByRole('row', { name: /^Buoy, Stopped/ }));
    await window.row('Buoy').click();
    await window.press('Delete');
    await gone(second.getByRole('row', { name: /^Buoy, / }));
    await expect.poll(async () => second.locator('.toast').count()).toBe(0);
  });
});

describe('a browser without the token', () => {
  story('is refused', async ({ shoal, listed, context }) => {
    expect(listed).toHaveLength(5);
    const page = await context.newPage();
    await page.goto(shoal.origin);
    await see(page.getByText('This browser is not signed in.'));
    expect(await page.getByText('Anchor').count()).toBe(0);
    const statuses = await page.evaluate(async () => {
      const call = async (headers: Record<string, string>) =>
        (await fetch('/api/v1/snapshot', { method: 'POST', headers, body: '{}' })).status;
      const json = { 'Content-Type': 'application/json' };
      return [
        await call(json),
        await call({ ...json, Authorization: 'Bearer 00000000000000000000000000000000' }),
      ];
    });
    expect(statuses).toEqual([401, 401]);
  });

  story('is refused with a wrong one', async ({ shoal, context }) => {
    const page = await context.newPage();
    await page.goto(`${shoal.origin}/#token=00000000000000000000000000000000`);
    await see(page.getByText('This browser is not signed in.'));
    expect(page.url()).not.toContain('token');
  });
});
