/** What decides how fast a torrent is, as short lines: a name, and what there is to say about it. */
import type { WhyLine } from '$lib/backend/generated/WhyLine';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import type { Totals } from '$lib/backend/generated/Totals';
import { t } from '$lib/i18n';
import type { Formatter } from './format';
import { limitsText } from './rules';

export interface WhyWords {
  readonly code: string;
  /** It slows nothing down. */
  readonly ok: boolean;
  readonly name: string;
  readonly text: string;
}

type Values = Readonly<Record<string, string>>;
type Said = (values: Values, ok: boolean) => { readonly name: string; readonly text: string };

const SAID: Readonly<Record<string, Said>> = {
  why_peers: (values) => ({ name: t('details.why_peers'), text: peersText(values) }),
  why_disk: (_, ok) => ({
    name: t('details.why_disk'),
    text: t(ok ? 'details.why_disk_ok' : 'details.why_disk_slow'),
  }),
  why_limits: () => ({ name: t('details.why_limits'), text: t('details.why_limits_none') }),
  why_private: () => ({ name: t('details.why_private'), text: t('details.why_private_yes') }),
};

/** What a limit does to a torrent: how it is said, and whether it leaves room. */
export interface Held {
  readonly text: string;
  readonly ok: boolean;
}

/** From so much of a limit on it is what slows things down. */
const NEARLY = 0.9;

/** Limits that hold for one torrent, as far as the list knows; null when none does. */
export function heldBy(
  { limited }: Pick<TorrentRow, 'limited'>,
  totals: Pick<Totals, 'down_bps' | 'up_bps' | 'speed'>,
  format: Formatter,
): Held | null {
  if (limited) return { text: t('details.why_limits_own'), ok: false };
  const { speed, down_bps: down, up_bps: up } = totals;
  const limits = limitsText(speed, format);
  if (limits === '') return null;
  const isFull = (bps: number, limit: number | null): boolean => limit !== null && bps >= limit * NEARLY;
  const ok = !isFull(down, speed.down_bps) && !isFull(up, speed.up_bps);
  return { text: t('queue.speed_limits', { limits }), ok };
}

/** What slows it down comes first. A code of a later version, which has no words here, is left out. */
export function whyLines(lines: readonly WhyLine[], held: Held | null = null): WhyWords[] {
  const words = lines.flatMap(({ code, ok, params }) => {
    if (code === 'why_limits' && held !== null) return [{ code, ...held, name: t('details.why_limits') }];
    const said = Object.hasOwn(SAID, code) ? SAID[code] : undefined;
    return said === undefined ? [] : [{ code, ok, ...said(params, ok) }];
  });
  return [...words.filter(({ ok }) => !ok), ...words.filter(({ ok }) => ok)];
}

function peersText(values: Values): string {
  const [sending, connected, known] = ['sending', 'connected', 'known'].map((name) => number(values[name]));
  if (!connected) return known ? t('details.why_peers_calling', { n: known }) : t('details.why_peers_nobody');
  if (!sending) return t('details.why_peers_quiet', { n: connected });
  if (sending >= connected) return t('details.why_peers_all', { n: sending });
  return t('details.why_peers_some', { n: sending, connected });
}

function number(digits: string | undefined): number {
  const value = Number(digits ?? 0);
  return Number.isFinite(value) ? value : 0;
}
