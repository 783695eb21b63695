/** What came of watch folders, gathered into one message. */
import type { WatchNews } from '$lib/backend/generated/WatchNews';
import { t } from '$lib/i18n';
import { shortenMiddle } from './format';
import { folderName } from './watch';

/** A name is to be recognised, not to fill the message. */
const NAME_MAX = 60;

/** What a message of this leads to. */
export type NewsAim =
  | { readonly kind: 'torrent'; readonly hash: string }
  | { readonly kind: 'history'; readonly folder: number | null };

/** One entry a folder. */
export function mergeNews(all: readonly WatchNews[], news: WatchNews): readonly WatchNews[] {
  const old = all.find(({ folder }) => folder === news.folder);
  if (old === undefined) return [...all, news];
  const merged: WatchNews = {
    ...news,
    added: old.added + news.added,
    already: old.already + news.already,
    bad: old.bad + news.bad,
    hash: news.hash ?? old.hash,
    // With the torrent that it belongs to.
    name: news.hash === null && old.hash !== null ? old.name : news.name,
  };
  return all.map((one) => (one === old ? merged : one));
}

/** `5 torrents added from Downloads. 1 could not be added.` */
export function newsText(all: readonly WatchNews[]): string {
  const [first] = all;
  if (first === undefined) return '';
  const sum = (key: 'added' | 'already' | 'bad'): number => all.reduce((n, one) => n + one[key], 0);
  const [added, already, bad] = [sum('added'), sum('already'), sum('bad')];
  const folder = all.length === 1 ? folderName(first.path) : t('folders.several', { n: all.length });
  const named = all.find((one) => (added > 0 ? one.added > 0 : one.bad > 0)) ?? first;
  const name = shortenMiddle(named.name, NAME_MAX);

  const texts: string[] = [];
  if (added > 0) texts.push(t('folders.news_added', { n: added, name, folder }));
  if (already > 0) {
    texts.push(
      added > 0
        ? t('folders.news_already_too', { n: already })
        : t('folders.news_already', { n: already, folder }),
    );
  }
  if (bad > 0) {
    texts.push(
      texts.length > 0
        ? t('folders.news_bad_too', { n: bad })
        : t('folders.news_bad', { n: bad, name, folder }),
    );
  }
  return texts.join(' ');
}

/** The one torrent there is to see, or else what became of each file. */
export function newsAim(all: readonly WatchNews[]): NewsAim {
  const withTorrents = all.filter(({ added }) => added > 0);
  const [only] = withTorrents;
  const isOne = withTorrents.length === 1 && only?.added === 1 && all.every(({ bad }) => bad === 0);
  if (isOne && only.hash !== null) return { kind: 'torrent', hash: only.hash };
  return { kind: 'history', folder: all.length === 1 ? (all[0]?.folder ?? null) : null };
}
