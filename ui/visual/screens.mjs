/** Every screen, as what a person does to come to it, in English. Must not take a picture. */

const ROW = '[role="row"][data-key]';
const row = (page, name) => page.locator(ROW).filter({ hasText: name }).first();
const dialog = (page) => page.getByRole('dialog').last();

/** What is on the page may take some turns of its clock to come. */
export async function settle(page) {
  for (let turn = 0; turn < 8; turn++) await page.clock.runFor(100);
}

async function press(page, ...keys) {
  for (const key of keys) {
    await page.keyboard.press(key);
    await settle(page);
  }
}

async function type(page, text) {
  await page.keyboard.type(text);
  await settle(page);
}

/** The command palette, which every window has. It is fetched, which takes no time on the page's clock. */
async function palette(page) {
  await press(page, 'Control+k');
  await page.locator('dialog[open] input[role="combobox"]').waitFor();
  await settle(page);
}

async function choose(page, command) {
  await palette(page);
  await type(page, command);
  await press(page, 'Enter');
}

async function select(page, name) {
  await row(page, name).click();
  await settle(page);
}

/** In narrow windows the details are a page of their own. */
async function openDetails(page, tab) {
  await select(page, 'Sintel');
  const wanted = page.getByRole('tab', { name: tab });
  if (!(await wanted.isVisible())) await press(page, 'Alt+Enter');
  await wanted.click();
}

const onSintel = (command) => async (page) => {
  await select(page, 'Sintel');
  await choose(page, command);
};

async function typePath(page, text) {
  await page.keyboard.press('Control+n');
  await settle(page);
  await dialog(page).getByRole('textbox', { name: 'File or folder' }).fill(text);
  await settle(page);
}

const settings = (section) => async (page) => {
  await press(page, 'Control+,');
  await page.getByRole('navigation').getByRole('button', { name: section }).click();
};

const event = (name, detail) => async (page) => {
  await page.evaluate(
    ([type, what]) => dispatchEvent(new CustomEvent(type, { detail: what })),
    [name, detail],
  );
  await settle(page);
};

export const screens = {
  list: async () => {},
  several: async (page) => {
    await select(page, 'Sintel');
    await press(page, 'Shift+ArrowDown', 'Shift+ArrowDown');
  },
  // Away where it lies beside the list, a drawer where it does not.
  sidebar: (page) => press(page, 'F9'),
  menu: (page) => row(page, 'Sintel').click({ button: 'right' }),
  'search-help': (page) => press(page, '/'),
  search: async (page) => {
    await press(page, '/');
    await type(page, 'label:lin');
  },
  'search-nothing': async (page) => {
    await press(page, '/');
    await type(page, 'nothing like it');
  },
  undo: async (page) => {
    await select(page, 'Sintel');
    await press(page, 'Delete');
  },
  watched: async (page) => {
    const news = {
      folder: 1,
      path: '/home/ada/Downloads',
      added: 5,
      already: 0,
      bad: 1,
      hash: null,
      name: '',
    };
    await page.evaluate((detail) => dispatchEvent(new CustomEvent('shoal-mock-watched', { detail })), news);
    await settle(page);
  },
  overview: (page) => openDetails(page, 'Overview'),
  files: (page) => openDetails(page, 'Files'),
  peers: (page) => openDetails(page, 'Peers'),
  trackers: (page) => openDetails(page, 'Trackers'),
  speed: (page) => openDetails(page, 'Speed'),
  log: (page) => openDetails(page, 'Log'),
  palette,
  shortcuts: (page) => choose(page, 'Keyboard shortcuts'),
  statistics: (page) => choose(page, 'Statistics'),
  about: (page) => choose(page, 'About'),
  share: onSintel('Share'),
  labels: onSintel('Labels'),
  'new-label': (page) => choose(page, 'New label'),
  limits: onSintel('Speed limit'),
  goals: onSintel('Sharing goals'),
  rename: onSintel('Rename'),
  move: onSintel('Move files'),
  link: (page) => choose(page, 'Paste a link'),
  create: (page) => typePath(page, '/home/ada/Research/baltic-herring-acoustics-2025'),
  'create-done': async (page) => {
    await typePath(page, '/home/ada/Films/Short');
    await dialog(page).getByRole('button', { name: 'Create', exact: true }).click();
    for (let turn = 0; turn < 6; turn++) await settle(page);
  },
  drop: event('shoal-mock-drop', 'several'),
  'drop-refused': event('shoal-mock-drop', 'mixed'),
  closing: event('shoal-mock-event', { type: 'close_asked' }),
  'all-done': event('shoal-mock-done', { kind: 'shutdown', at: Date.parse('2026-11-20T14:33:59Z') }),
  slow: (page) => press(page, 'Control+l'),
  settings: settings('Downloads'),
  'settings-speed': async (page) => {
    const week = 'mon-fri 08:00-18:00 slow; daily 01:00-06:00 full; sat,sun 22:00-02:00 500/100';
    await event('shoal-mock', { 'speed.schedule': week })(page);
    await settings('Speed')(page);
    await page.getByRole('button', { name: 'Another rule' }).scrollIntoViewIfNeeded();
  },
  'settings-queue': settings('Queue'),
  'settings-watch': settings('Watch folders'),
  'settings-watch-history': async (page) => {
    await settings('Watch folders')(page);
    await page.getByRole('button', { name: 'What would happen now' }).first().click();
    await settle(page);
    await page.getByRole('heading', { name: 'What happened' }).scrollIntoViewIfNeeded();
  },
  'settings-network': settings('Network'),
  'settings-desktop': async (page) => {
    await event('shoal-mock-desk', { tray_host: false })(page);
    await settings('Desktop')(page);
  },
  'settings-appearance': settings('Appearance'),
  'settings-search': async (page) => {
    await press(page, 'Control+,');
    // The page is fetched, which takes no time on its clock.
    await page.locator('.set input[type="search"]:focus').waitFor();
    await type(page, 'folder');
  },
};
