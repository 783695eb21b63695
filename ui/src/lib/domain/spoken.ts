/** What a toast says to those who only hear it. */
import { t } from '$lib/i18n';
import type { ToastBody } from '$lib/stores/toasts.svelte';
import { offerText } from './drop';
import { errorText } from './sentence';
import { undoWords } from './steps';
import { newsText } from './watched';

/** `undoKeys` as they are written on this system: "Ctrl Z". */
export function spokenToast(toast: ToastBody, undoKeys: string): string {
  switch (toast.kind) {
    case 'undo': {
      const { text, more } = undoWords(toast.step);
      const how = t('actions.undo_with', { keys: undoKeys });
      return more === '' ? `${text} ${how}` : `${text} ${more} ${how}`;
    }
    case 'error':
      return errorText(toast.error.code, toast.error.params);
    case 'offer':
      return offerText(toast.preview);
    case 'watched':
      return newsText(toast.news);
    default:
      return toast.text;
  }
}
