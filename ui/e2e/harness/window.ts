/** What people do in the window and what they find there, in the words they read. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

export class Window {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get grid(): Locator {
    return this.page.getByRole('grid', { name: 'Torrents', exact: true });
  }
  get rows(): Locator {
    return this.grid.locator('[role="row"][data-key]');
  }
  get dialog(): Locator {
    return this.page.getByRole('dialog').last();
  }
  get details(): Locator {
    return this.page.getByRole('region', { name: 'Details' });
  }
  get toasts(): Locator {
    return this.page.locator('.toast');
  }

  button(name: string | RegExp, within: Locator | Page = this.page): Locator {
    return within.getByRole('button', { name, exact: true });
  }

  /** The row of a torrent, whatever it is doing. */
  row(name: string, state = ''): Locator {
    return this.grid.getByRole('row', { name: startsWith(`${name}, ${state}`) });
  }

  /** Names in the order they are shown. */
  async names(): Promise<string[]> {
    const found = await this.rows.evaluateAll((rows) =>
      rows.map((row) => ({
        at: Number(row.getAttribute('aria-rowindex')),
        name: row.getAttribute('aria-label')?.split(', ')[0] ?? '',
      })),
    );
    return found.sort((a, b) => a.at - b.at).map(({ name }) => name);
  }

  /** Names of the selected rows, in alphabetical order. */
  async selected(): Promise<string[]> {
    const rows = this.grid.locator('[role="row"][aria-selected="true"]');
    const labels = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
    return labels.map((label) => label.split(', ')[0] ?? '').sort();
  }

  async expectNames(names: readonly string[]): Promise<void> {
    await expect.poll(async () => this.names()).toEqual(names);
  }

  async expectSelected(...names: string[]): Promise<void> {
    await expect.poll(async () => this.selected()).toEqual(names);
  }

  /** Chooses files in the browser's own dialog, as the Add button asks for them. */
  async upload(...files: string[]): Promise<void> {
    const asked = this.page.waitForEvent('filechooser');
    await this.button('Add').click();
    await (await asked).setFiles(files);
  }

  /** Puts text in the clipboard and presses Ctrl V wherever the focus is. */
  async paste(text: string): Promise<void> {
    await this.page.evaluate(async (copied) => navigator.clipboard.writeText(copied), text);
    await this.page.keyboard.press('Control+V');
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Chooses an entry of the menu that is open. */
  async pick(entry: string): Promise<void> {
    await this.page.getByRole('menuitem', { name: startsWith(entry) }).click();
  }

  async openSettings(section: 'Downloads' | 'Network' | 'Appearance'): Promise<void> {
    await this.press('Control+,');
    const sections = this.page.getByRole('navigation', { name: 'Settings' });
    await this.button(section, sections).click();
    await see(this.page.getByRole('heading', { level: 1, name: section }));
  }

  /** Clicks a status filter of the sidebar. */
  async filter(name: string): Promise<void> {
    await this.filterButton(name).click();
  }

  filterButton(name: string): Locator {
    return this.page.getByRole('list', { name: 'Status' }).getByRole('button', { name: startsWith(name) });
  }
}

/** As in a new tab: to a page that is open already, only the fragment would be new. */
export async function openAnew({ page }: Window, url: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(url);
}

/** `patience`, in milliseconds, where something else than Shoal is waited for; the page's own without it. */
export async function see(what: Locator, patience?: number): Promise<void> {
  await what.first().waitFor({ state: 'visible', ...(patience !== undefined && { timeout: patience }) });
}

export async function gone(what: Locator): Promise<void> {
  await what.first().waitFor({ state: 'hidden' });
}

export function startsWith(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
}
