/** What a desktop offers, beside the settings that lean on it. */
import type { DeskState } from '$lib/backend/generated/DeskState';
import type { Handler } from '$lib/backend/generated/Handler';
import { t } from '$lib/i18n';

export interface DeskLine {
  readonly text: string;
  /** Something is missing without which these settings do nothing. */
  readonly isLack: boolean;
}

const lack = (text: string): DeskLine => ({ text, isLack: true });
const fact = (text: string): DeskLine => ({ text, isLack: false });

/** `group` as on the settings page; `isAutostart`: the setting is on. */
export function deskLines(group: string, state: DeskState, isAutostart: boolean): DeskLine[] {
  switch (group) {
    case 'tray':
      return state.tray_host ? [] : [lack(t('desk.state_no_tray'))];
    case 'start':
      if (state.sandboxed) return [fact(t('desk.state_sandboxed'))];
      return isAutostart && !state.autostart ? [lack(t('desk.state_no_autostart'))] : [];
    case 'links': {
      const sandbox = state.sandboxed ? [fact(t('desk.state_sandboxed'))] : [];
      return [...sandbox, ...opener('magnets', state.magnets), ...opener('torrents', state.torrents)];
    }
    case 'notices':
      return state.notices ? [] : [lack(t('desk.state_no_notices'))];
    default:
      return [];
  }
}

function opener(what: 'magnets' | 'torrents', handler: Handler): DeskLine[] {
  if (handler.type === 'unknown') return [];
  if (handler.type === 'other') return [fact(t(`desk.state_${what}_by`, { name: handler.name }))];
  return [fact(t(`desk.state_${what}_${handler.type}`))];
}
