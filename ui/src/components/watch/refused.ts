/** Whether rules would do, before they apply. */
import type { AppContext } from '$lib/app.svelte';
import { toCallError } from '$lib/backend/backend';
import type { WatchRulesView } from '$lib/backend/generated/WatchRulesView';
import { errorText } from '$lib/domain/sentence';

/** What is wrong with a folder at the moment, which says nothing about the rules. */
const OF_THE_MOMENT: ReadonlySet<string> = new Set(['file_missing', 'file_unreadable', 'folder_too_slow']);

/** Why they will not do, in words; empty when they will. */
export async function rulesRefusal(app: AppContext, id: number, rules: WatchRulesView): Promise<string> {
  try {
    await app.backend.call('watch_dry_run', { id, rules });
    return '';
  } catch (thrown) {
    const { code, params } = toCallError(thrown);
    return OF_THE_MOMENT.has(code) ? '' : errorText(code, params);
  }
}
