/** Why something that was asked for did not come to be, in words, whatever was thrown. */
import { CallError, toCallError } from '$lib/backend/backend';
import type { ApiError } from '$lib/backend/generated/ApiError';
import { shortenMiddle } from '$lib/domain/format';
import { errorText } from '$lib/domain/sentence';
import { t } from '$lib/i18n';
import type { ToastStore } from '$lib/stores/toasts.svelte';

/** Characters of a name that are enough to know it again. */
const NAME_MAX = 60;

export function refusalText(thrown: unknown): string {
  const { code, params } = toCallError(thrown);
  return errorText(code, params);
}

/** One message, however many there are. */
export function tellRefused(toasts: ToastStore, refused: readonly ApiError[]): void {
  const [first] = refused;
  if (first === undefined) return;
  if (refused.length === 1) {
    toasts.error(new CallError(first.code, first.params));
    return;
  }
  // Of pasted text it is a whole line.
  const name = shortenMiddle(first.params['name'] ?? '', NAME_MAX);
  const reason = errorText(first.code, { ...first.params, name });
  toasts.info(t('desk.drop_refused', { n: refused.length, name, reason }));
}
