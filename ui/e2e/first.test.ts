/** An empty list, and the very first steps. */
import { describe } from 'vitest';
import { story, useBrowser } from './harness/story';
import { gone, see } from './harness/window';

useBrowser();

describe('the first run', () => {
  story('says what sharing means until it is understood', async ({ shoal, window }) => {
    await see(window.page.getByRole('heading', { name: 'Nothing here yet' }));
    await see(window.page.getByText(shoal.downloads));
    const sharing = window.page.getByRole('region', { name: 'How sharing works' });
    await see(sharing);
    await window.button('What others can see').click();
    await see(sharing.getByText('sees your IP address and port'));
    await window.button('Understood').click();
    await gone(sharing);
    await window.page.reload();
    await see(window.page.getByRole('heading', { name: 'Nothing here yet' }));
    await gone(sharing);
  });
});
