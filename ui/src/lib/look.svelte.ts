/**
 * Makes the page follow what every part of it looks by: its language and its contrast. Both are settings that
 * may say "as the system"; the theme's colours do the same in CSS alone.
 */
import type { AppContext } from './app.svelte';
import { speak } from './i18n';

/** What was chosen last, so that the first picture is in the right language before Shoal has answered. */
const LANGUAGE_KEY = 'shoal.language';
const LANGUAGE = 'appearance.language';
const CONTRAST = 'appearance.contrast';
const MORE = '(prefers-contrast: more)';

/** Speaks the language of last time, or the system's. English is there already when that fails. */
export async function beginLanguage(): Promise<void> {
  try {
    await speak(localStorage.getItem(LANGUAGE_KEY) ?? 'system');
  } catch {
    // The setting is followed as soon as it is known, and says what is wrong.
  }
}

/** Follows both until the page is gone. */
export function followLook(app: AppContext): void {
  $effect.root(() => {
    $effect(() => followLanguage(app));
    $effect(() => followContrast(app.settings.text(CONTRAST, 'system')));
  });
}

function followLanguage(app: AppContext): (() => void) | undefined {
  const choice = app.settings.get(LANGUAGE);
  if (typeof choice !== 'string') return undefined;
  const begin = (): void => app.attempt(() => speak(choice));
  begin();
  remember(choice);
  addEventListener('languagechange', begin);
  return () => removeEventListener('languagechange', begin);
}

function remember(choice: string): void {
  try {
    localStorage.setItem(LANGUAGE_KEY, choice);
  } catch {
    // A browser may refuse to keep anything: then the first picture is in the system's language.
  }
}

function followContrast(choice: string): () => void {
  const media = matchMedia(MORE);
  const { dataset } = document.documentElement;
  const follow = (): void => {
    if (choice === 'more' || media.matches) dataset['contrast'] = 'more';
    else delete dataset['contrast'];
  };
  follow();
  media.addEventListener('change', follow);
  return () => media.removeEventListener('change', follow);
}
