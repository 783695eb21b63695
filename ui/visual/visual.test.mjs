/** Every screen looks as it did when somebody last looked at it: `SHOAL_UPDATE=1` takes new references. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { judge } from './pictures.mjs';
import { screens, settle } from './screens.mjs';
import { openStage } from './stage.mjs';

/** What is changed of the window once a screen is there; the words are found in English before. */
const VARIANTS = {
  light: {},
  dark: { theme: 'dark' },
  compact: { settings: { 'window.density': 'compact' }, only: ['list', 'several', 'search', 'overview'] },
  narrow: { size: 'narrow' },
  phone: { size: 'phone', touch: true, only: ['list', 'overview', 'files', 'create', 'settings', 'undo'] },
  ultra: { size: 'ultra', only: ['list', 'overview', 'files', 'peers', 'log'] },
  contrast: { settings: { 'appearance.contrast': 'more' }, only: ['list', 'menu', 'overview', 'settings'] },
  rtl: { settings: { 'appearance.language': 'ar' } },
};

let stage;
before(async () => {
  stage = await openStage();
});
after(async () => {
  await stage.close();
});

async function set(page, values) {
  await page.evaluate((detail) => window.dispatchEvent(new CustomEvent('shoal-mock', { detail })), values);
  await settle(page);
  const language = values['appearance.language'];
  if (language === undefined) return;
  // Its words are fetched, which takes no time on the page's clock.
  await page.waitForSelector(`html[lang^="${language}"]`, { state: 'attached' });
  await settle(page);
}

for (const [variant, { settings, only, ...options }] of Object.entries(VARIANTS)) {
  describe(variant, () => {
    for (const [name, reach] of Object.entries(screens)) {
      if (only !== undefined && !only.includes(name)) continue;
      it(name, async () => {
        const { page, problems, close } = await stage.open(options);
        await settle(page);
        // What the palette offers is put together when it opens.
        if (settings !== undefined && name === 'palette') await set(page, settings);
        await reach(page);
        await settle(page);
        if (settings !== undefined) await set(page, settings);
        const verdict = await judge(page, `${name}-${variant}`);
        await close();
        assert.deepEqual(problems, []);
        assert.equal(verdict, null);
      });
    }
    it('first run', async () => {
      const { page, problems, close } = await stage.open({ ...options, torrents: 0 });
      await settle(page);
      if (settings !== undefined) await set(page, settings);
      const verdict = await judge(page, `first-run-${variant}`);
      await close();
      assert.deepEqual(problems, []);
      assert.equal(verdict, null);
    });
  });
}
