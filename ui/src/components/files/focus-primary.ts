/** Where the focus of a dialog belongs when what it shows has changed. */
import { tick } from 'svelte';

/** On the primary action when everything is valid, else on the first field. */
export async function focusPrimary(inside: HTMLElement): Promise<void> {
  await tick();
  const dialog = inside.closest('dialog');
  const primary = dialog?.querySelector<HTMLElement>('footer .btn.primary:not(:disabled)');
  (primary ?? inside.querySelector<HTMLElement>('input:not(:disabled)'))?.focus();
}
