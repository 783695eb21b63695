/** The trackers of a torrent, tier by tier, and what finds peers without them. */

export interface Tracker {
  /** The whole address: what is copied. What is behind the host may be a key of this person alone. */
  readonly url: string;
  /** Scheme and host, as far as it can be shown to anybody. */
  readonly place: string;
  readonly kind: 'http' | 'https' | 'udp' | 'unknown';
}

export interface Tier {
  /** From 1. */
  readonly number: number;
  readonly trackers: readonly Tracker[];
}

const PARTS = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#]*@)?([^/?#@]*)/i;
const KINDS = ['http', 'https', 'udp'] as const;

/** Empty tiers are left out; the others keep their place in the order. */
export function tiersOf(trackers: readonly (readonly string[])[]): Tier[] {
  const filled = trackers.filter((tier) => tier.length > 0);
  return filled.map((tier, at) => ({ number: at + 1, trackers: [...new Set(tier)].map(trackerOf) }));
}

export function trackerOf(url: string): Tracker {
  const [, scheme = '', host = ''] = PARTS.exec(url) ?? [];
  if (host === '') return { url, place: url, kind: 'unknown' };
  const lower = scheme.toLowerCase();
  const kind = KINDS.find((known) => known === lower) ?? 'unknown';
  return { url, place: `${lower}://${host.toLowerCase()}`, kind };
}

export type Finder = 'dht' | 'pex' | 'lsd';
/** Why a way of finding peers is used or not, as far as settings and torrent say it. */
export type FinderState = 'on' | 'off' | 'private';

export const FINDERS: readonly Finder[] = ['dht', 'pex', 'lsd'];

export function finderState(finder: Finder, isPrivate: boolean, isOn: (key: string) => boolean): FinderState {
  if (isPrivate) return 'private';
  // Peers tell each other about peers whenever they talk; there is no setting for it.
  return finder === 'pex' || isOn(`network.${finder}`) ? 'on' : 'off';
}
