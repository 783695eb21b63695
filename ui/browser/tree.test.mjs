/** The window as assistive technology gets it: the accessibility tree that Chromium makes of the page. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isIn, ofRole, one, tree, within } from './axtree.mjs';
import { goTo, pressUntil } from './keys.mjs';
import { setSettings, useWindow } from './support.mjs';

const inWindow = useWindow();

const SAID_PAUSE_MS = 1_000;

/** The torrents' rows, top to bottom. */
const rowsOf = (all) =>
  ofRole(all, 'row')
    .filter(({ aria }) => aria['data-key'] !== undefined)
    .sort((a, b) => Number(a.aria['aria-rowindex']) - Number(b.aria['aria-rowindex']));

async function openTab(page, torrent, digit) {
  await goTo(page, torrent);
  await page.keyboard.press('F6');
  await page.waitForFunction(() => document.activeElement?.closest('[data-area="details"]') != null);
  await page.keyboard.press(`Control+${digit}`);
}
const compact = (page) => setSettings(page, { 'window.density': 'compact' });

/** From now on keeps what the live regions say. */
const listen = (page) =>
  page.evaluate(() => {
    globalThis.said = [];
    for (const region of document.querySelectorAll('.sr[role="status"], .sr[role="alert"]')) {
      new MutationObserver(() => {
        if (region.textContent !== '')
          globalThis.said.push({ role: region.role, text: region.textContent, at: performance.now() });
      }).observe(region, { childList: true, characterData: true, subtree: true });
    }
  });
const said = (page) => page.evaluate(() => globalThis.said);
const untilSaid = (page, pattern) =>
  page.waitForFunction(
    (source) => globalThis.said.some(({ text }) => new RegExp(source).test(text)),
    pattern,
  );

describe('the window', () => {
  it('has landmarks with names, and one heading above all others', () =>
    inWindow({}, async (page) => {
      await goTo(page, 'Sintel');
      const all = await tree(page);
      one(all, 'main');
      one(all, 'navigation', 'Filters');
      one(all, 'search');
      one(all, 'toolbar', 'Actions');
      one(all, 'region', 'Details');
      const headings = ofRole(all, 'heading');
      assert.equal(headings.filter(({ props }) => props.level === 1).length, 1);
      for (const [at, { props, name }] of headings.entries()) {
        const before = headings[at - 1]?.props.level ?? props.level;
        assert.ok(props.level <= before + 1, `${name} is ${props.level} after ${before}`);
        assert.notEqual(name, '');
      }
    }));

  it('has nothing that can be operated without a name', () =>
    inWindow({}, async (page) => {
      for (const digit of ['1', '2', '3', '4', '5', '6']) {
        await openTab(page, 'Fedora', digit);
        const roles =
          /^(button|textbox|searchbox|combobox|checkbox|radio|switch|slider|tab|link|grid|treegrid)$/;
        const nameless = (await tree(page)).filter(
          ({ role, name }) => roles.test(role) && name.trim() === '',
        );
        assert.deepEqual(
          nameless.map(({ role, aria }) => [role, aria]),
          [],
        );
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
      }
    }));
});

describe('the list', () => {
  it('is a grid of all torrents, wherever it is scrolled to', () =>
    inWindow({ torrents: 10_000 }, async (page) => {
      for (const top of [0, 260_000, 400_000]) {
        await page.locator('[role="grid"]').evaluate((grid, to) => grid.scrollTo(0, to), top);
        const all = await tree(page);
        const grid = one(all, 'grid', 'Torrents');
        assert.equal(grid.aria['aria-rowcount'], '10001');
        assert.equal(grid.aria['aria-colcount'], '4');
        assert.equal(grid.props.multiselectable, true);
        const places = rowsOf(all).map(({ aria }) => Number(aria['aria-rowindex']));
        assert.ok(places.length > 8 && places.length < 60);
        assert.ok(places.every((place, at) => at === 0 || place === places[at - 1] + 1));
        const first = Math.floor(top / 52) + 2;
        assert.ok(places[0] <= first && places.at(-1) > first + 5, `${places[0]} to ${places.at(-1)}`);
        for (const row of rowsOf(all)) {
          assert.ok(isIn(row, grid));
          assert.deepEqual(
            row.parts.filter(({ role }) => role === 'gridcell').map(({ aria }) => aria['aria-colindex']),
            ['1', '2', '3', '4'],
          );
        }
      }
      const heads = ofRole(await tree(page), 'columnheader').map(({ name }) => name);
      assert.deepEqual(heads, ['State', 'Name', 'Progress', 'Speed']);
    }));

  it('has rows that are said as sentences: name, state, share, sentence', () =>
    inWindow({ changing: 0 }, async (page) => {
      const names = new Map();
      const grid = page.locator('[role="grid"]');
      for (let top = 0; names.size < 214 && top < 20_000; top += 500) {
        await grid.evaluate((element, to) => element.scrollTo(0, to), top);
        for (const { aria, name } of rowsOf(await tree(page))) names.set(aria['data-key'], name);
      }
      assert.equal(names.size, 214);
      const states = new Set();
      for (const name of names.values()) {
        const [, state, share] =
          /, (Downloading|Seeding|Finished|Stopped|Needs attention|\p{Lu}[\p{L} ]+), (?:(\d+.%), )?.*[.…]$/u.exec(
            name,
          ) ?? [];
        assert.ok(state, name);
        states.add(`${state}${share === undefined ? '' : ' %'}`);
      }
      assert.ok(states.has('Downloading %') && states.size > 4, [...states].join(', '));
    }));

  it('has progress in words, and no number where no share may be claimed', () =>
    inWindow({}, async (page) => {
      const bars = ofRole(await tree(page), 'progressbar');
      assert.ok(bars.length > 8);
      for (const { name, aria } of bars) {
        assert.ok(name === 'Progress' || name === 'Sharing goal', name);
        assert.match(aria['aria-valuetext'], /\p{L}|\d/u);
        if (aria['aria-valuenow'] !== undefined) assert.match(aria['aria-valuenow'], /^\d{1,3}$/);
      }
      const without = bars.filter(({ aria }) => aria['aria-valuenow'] === undefined);
      for (const { aria } of without) assert.doesNotMatch(aria['aria-valuetext'], /%/);
      assert.ok(without.length > 0, 'a list of files that is still to come');
    }));

  it('says what is selected and what has the focus, and only one row is reached by Tab', () =>
    inWindow({}, async (page) => {
      await goTo(page, 'debian');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Shift+ArrowDown');
      const rows = rowsOf(await tree(page));
      assert.ok(rows.some(({ props }) => props.selected === true));
      assert.equal(rows.filter(({ props }) => props.focused === true).length, 1);
      assert.equal(rows.filter(({ aria }) => aria.tabindex === '0').length, 1);
    }));

  it('says how it is sorted, in the head and aloud', () =>
    inWindow({}, async (page) => {
      assert.match(one(await tree(page), 'button', 'Sort Newest activity').name, /^Sort/);
      await compact(page);
      await page.locator('.c-row').first().waitFor();
      await pressUntil(page, 'F6', /^row "/, 5);
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowUp');
      await listen(page);
      await page.keyboard.press('Enter');
      await untilSaid(page, '^Name, A to Z');
      const heads = ofRole(await tree(page), 'columnheader');
      assert.deepEqual(
        heads
          .filter(({ aria }) => aria['aria-sort'] !== undefined)
          .map(({ name, aria }) => [name, aria['aria-sort']]),
        [['Name', 'ascending']],
      );
    }));
});

describe('menus', () => {
  it('are menus with a name, entries with their keys, and marks', () =>
    inWindow({}, async (page) => {
      await goTo(page, 'Sintel');
      await page.keyboard.press('Shift+F10');
      await page.keyboard.type('lab');
      const all = await tree(page);
      const menu = one(all, 'menu', 'Torrents');
      const entries = within(all, menu, 'menuitem');
      assert.ok(entries.length > 8);
      const label = entries.find(({ name }) => name === 'Label');
      assert.equal(label.props.hasPopup, 'menu');
      assert.equal(label.props.expanded, false);
      assert.equal(label.props.focused, true);
      const stop = entries.find(({ name }) => name === 'Stop');
      assert.equal(stop.aria['aria-keyshortcuts'], 'Space');
      await page.keyboard.press('ArrowRight');
      const inside = await tree(page);
      const labels = within(inside, one(inside, 'menu', 'Label'), 'menuitemcheckbox');
      assert.ok(labels.length > 2);
      assert.ok(labels.every(({ props }) => ['true', 'false', 'mixed'].includes(String(props.checked))));
      assert.equal(
        inside.find(({ role, name }) => role === 'menuitem' && name === 'Label').props.expanded,
        true,
      );
    }));

  it('of an order have one entry that is in force', () =>
    inWindow({}, async (page) => {
      await page.getByRole('button', { name: /^Sort/ }).press('Enter');
      const all = await tree(page);
      const entries = ofRole(all, 'menuitemradio');
      assert.ok(entries.length > 5);
      assert.ok(entries.filter(({ props }) => props.checked === 'true').length >= 1);
    }));
});

describe('the details', () => {
  it('are tabs, one of them chosen, with a panel of its name', () =>
    inWindow({}, async (page) => {
      for (const [at, title] of ['Overview', 'Files', 'Peers', 'Trackers', 'Speed', 'Log'].entries()) {
        await openTab(page, 'Fedora', String(at + 1));
        const all = await tree(page);
        assert.notEqual(one(all, 'tablist').name, '');
        const tabs = ofRole(all, 'tab');
        assert.equal(tabs.length, 6);
        const chosen = tabs.filter(({ props }) => props.selected === true);
        assert.equal(chosen.length, 1);
        assert.ok(chosen[0].name.startsWith(title), `${title}: ${chosen[0].name}`);
        assert.ok(one(all, 'tabpanel').name.startsWith(title));
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
      }
    }));

  it('show files as a tree grid: level, place, what is open, and what is chosen in part', () =>
    inWindow({}, async (page) => {
      await openTab(page, 'Sintel', '2');
      await page.getByRole('treegrid').waitFor();
      await page.getByRole('treegrid').focus();
      const all = await tree(page);
      const grid = one(all, 'treegrid');
      const rows = within(all, grid, 'row').filter(({ aria }) => aria['data-id'] !== undefined);
      assert.equal(rows[0].props.level, 1);
      assert.equal(rows[0].props.expanded, true);
      assert.match(rows[0].name, /^Folder Sintel.*, partly chosen/);
      const ticks = within(all, rows[0], 'checkbox');
      assert.equal(ticks[0].props.checked, 'mixed');
      for (const { aria, props, name } of rows) {
        assert.ok(props.level >= 1, name);
        assert.ok(Number(aria['aria-posinset']) >= 1, name);
        assert.ok(Number(aria['aria-setsize']) >= Number(aria['aria-posinset']), name);
        assert.ok(Number(aria['aria-rowindex']) >= 2, name);
      }
      const children = rows.filter(({ props }) => props.level === 2);
      assert.ok(children.length > 1);
      assert.ok(children.every(({ aria }) => aria['aria-setsize'] === children[0].aria['aria-setsize']));
      const active = await page.getByRole('treegrid').getAttribute('aria-activedescendant');
      assert.ok(rows.some(({ aria }) => aria.id === active));
      await page.keyboard.press('ArrowLeft');
      const shut = (await tree(page)).filter(
        ({ role, aria }) => role === 'row' && aria['data-id'] !== undefined,
      );
      assert.equal(shut.length, 1);
      assert.equal(shut[0].props.expanded, false);
    }));

  it('show pictures as something that has a name and leads to a table', () =>
    inWindow({}, async (page) => {
      await openTab(page, 'Sintel', '1');
      const map = one(
        await tree(page),
        'button',
        (await page.getByRole('button', { name: /^Piece map/ }).getAttribute('aria-label')) ?? undefined,
      );
      assert.match(map.name, /^Piece map: 30.% on disk/);
      await page.getByRole('button', { name: /^Piece map/ }).press('Enter');
      assert.match(one(await tree(page), 'table').name, /^Pieces on disk/);
      await page.keyboard.press('Control+5');
      const chart = one(await tree(page), 'slider');
      assert.match(chart.name, /^Speed of this torrent/);
      assert.match(chart.aria['aria-valuetext'] ?? '', /down/);
      await page.getByRole('button', { name: 'Show as a table' }).press('Enter');
      one(await tree(page), 'table', 'Speed of this torrent');
      for (const { role, aria } of await tree(page)) assert.notEqual(role, 'Canvas', JSON.stringify(aria));
    }));
});

describe('dialogs', () => {
  const dialogs = {
    'Add a torrent': async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('Paste a link');
      await page.keyboard.press('Enter');
      await page.getByRole('textbox', { name: 'Magnet link, info hash' }).waitFor();
    },
    'Create a torrent': (page) => page.keyboard.press('Control+n'),
    Rename: (page) => page.keyboard.press('F2'),
    'Labels of': (page) => page.keyboard.press('Control+Shift+L'),
    Keyboard: (page) => page.keyboard.press('?'),
    Commands: (page) => page.keyboard.press('Control+k'),
  };
  for (const [title, open] of Object.entries(dialogs)) {
    it(`“${title}” has a name, and nothing outside of it is there`, () =>
      inWindow({}, async (page) => {
        await goTo(page, 'Sintel');
        await open(page);
        await page.getByRole('dialog').waitFor();
        const all = await tree(page);
        const dialog = one(all, 'dialog');
        assert.ok(dialog.name.startsWith(title), dialog.name);
        assert.equal(dialog.props.modal, true);
        assert.equal(ofRole(all, 'grid').length, 0);
        assert.equal(ofRole(all, 'navigation').length, 0);
        // What is said while it is open is said inside of it.
        assert.ok(ofRole(all, 'status').every((region) => isIn(region, dialog)));
        assert.ok(all.some(({ props, role }) => props.focused === true && role !== 'RootWebArea'));
      }));
  }
});

describe('what is said unasked', () => {
  it('has one polite place and one that interrupts', () =>
    inWindow({}, async (page) => {
      const live = await page
        .locator('[aria-live], [role="status"], [role="alert"], [role="log"], output')
        .evaluateAll((all) => all.map((region) => [region.role, region.ariaLive]));
      assert.deepEqual(live, [
        ['status', 'polite'],
        ['alert', null],
      ]);
    }));

  it('is never a speed or a percentage, even if 500 torrents change every second', () =>
    inWindow({ torrents: 10_000, changing: 500 }, async (page) => {
      await listen(page);
      const deltas = (n) =>
        page.waitForFunction((wanted) => performance.getEntriesByName('shoal-delta').length >= wanted, n);
      await deltas(3);
      await page.keyboard.press('F6');
      await deltas(6);
      // That a disk is full is no news that comes again and again.
      const all = await said(page);
      assert.deepEqual(
        all.filter(({ role }) => role === 'status'),
        [],
      );
      assert.ok(all.length <= 1 && all.every(({ text }) => text.startsWith('A disk is full.')));
    }));

  it('comes whole and one after the other, and how to take it back', () =>
    inWindow({}, async (page) => {
      await goTo(page, 'Sintel');
      await page.keyboard.press('Escape');
      await listen(page);
      for (let press = 0; press < 3; press++) {
        await page.keyboard.press('Home');
        await page.keyboard.press('Delete');
        await page.getByPlaceholder(`Search ${213 - press} torrents`).waitFor();
      }
      await untilSaid(page, 'Undo with Ctrl Z');
      await page.keyboard.press('Control+z');
      await untilSaid(page, '^Taken back|Taken back: ');
      const all = (await said(page)).filter(({ role }) => role === 'status');
      assert.ok(all.length >= 2);
      // Nothing is wiped away before it could be heard.
      for (const [at, { at: time }] of all.entries())
        if (at > 0) assert.ok(time - all[at - 1].at > SAID_PAUSE_MS - 50, JSON.stringify(all));
    }));

  it('is how many were found, when the typing pauses', () =>
    inWindow({}, async (page) => {
      await listen(page);
      await page.keyboard.press('/');
      await page.keyboard.type('debian');
      await untilSaid(page, '1 torrent shown');
      const all = (await said(page)).filter(({ role }) => role === 'status');
      assert.ok(all.length <= 2, JSON.stringify(all));
    }));
});
