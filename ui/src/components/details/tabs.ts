/** The tabs of the details: which there are for a selection, and which one is shown. */

export const TABS = ['overview', 'files', 'peers', 'trackers', 'speed', 'log'] as const;
export type TabId = (typeof TABS)[number];

/** Key of the tab in what is remembered of the window. */
export const TAB_PREF = 'details.tab';

/** Of one torrent all; of several their sums and the speed of everything; of none the latter alone. */
export function tabsFor(selected: number): readonly TabId[] {
  if (selected === 1) return TABS;
  return selected > 1 ? ['overview', 'speed'] : ['speed'];
}

/** The tab to show for what was remembered, which may be anything. */
export function tabOf(remembered: unknown, tabs: readonly TabId[]): TabId {
  return tabs.find((id) => id === remembered) ?? tabs[0] ?? 'overview';
}
