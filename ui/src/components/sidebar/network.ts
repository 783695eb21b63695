/** The state of the connection in two short lines. */
import type { Connection } from '$lib/app.svelte';
import type { Totals } from '$lib/backend/generated/Totals';
import type { Formatter } from '$lib/domain/format';
import { sentenceText } from '$lib/domain/sentence';
import { t } from '$lib/i18n';

export interface NetworkLine {
  readonly title: string;
  readonly detail: string;
  readonly tone: 'good' | 'idle' | 'warn' | 'bad';
}

export function networkLine(connection: Connection, totals: Totals | null, format: Formatter): NetworkLine {
  if (connection === 'bye') return { title: t('common.bye_title'), detail: '', tone: 'idle' };
  if (connection === 'lost') return { title: t('list.net_lost'), detail: '', tone: 'bad' };
  const engine = totals?.engine;
  if (engine === undefined || engine.state === 'starting') {
    return { title: t('list.net_connecting'), detail: '', tone: 'idle' };
  }
  if (engine.state === 'failed') {
    return { title: t('list.net_failed'), detail: sentenceText(engine.sentence, format), tone: 'bad' };
  }
  if (engine.port === 0) return { title: t('list.net_open'), detail: t('list.net_nobody'), tone: 'warn' };
  // Digits of a port are a name, not an amount: no separators.
  return {
    title: t('list.net_open'),
    detail: t('list.net_port', { port: String(engine.port) }),
    tone: 'good',
  };
}
