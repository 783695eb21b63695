/** Every screen, as what a person does to come to it, in English. Must not take a picture. */

const ROW = '[role="row"][data-key]';
export const row = (page, name) => page.locator(ROW).filter({ hasText: name }).first();

/** What is on the page may take some turns of its clock to come. */
export async function settle(page) {
  for (let turn = 0; turn < 8; turn++) await page.clock.runFor(100);
}

async function choose(page, command) {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(command);
  await settle(page);
  await page.keyboard.press('Enter');
  await settle(page);
}

const details = (tab) => async (page) => {
  await row(page, 'Sintel').click();
  await settle(page);
  await page.getByRole('tab', { name: tab }).click();
};

export const screens = {
  list: async () => {},
  menu: (page) => row(page, 'Sintel').click({ button: 'right' }),
  overview: details('Overview'),
  files: details('Files'),
  peers: details('Peers'),
  trackers: details('Trackers'),
  speed: details('Speed'),
  log: details('Log'),
  palette: (page) => page.keyboard.press('Control+k'),
  shortcuts: (page) => page.keyboard.press('?'),
  statistics: (page) => choose(page, 'Statistics'),
  about: (page) => choose(page, 'About'),
  create: (page) => page.keyboard.press('Control+n'),
  settings: (page) => page.keyboard.press('Control+,'),
};
