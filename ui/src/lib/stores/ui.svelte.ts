/** What the window shows: view, dialog, filter. Nothing here outlives the window. */
import type { ApiError } from '$lib/backend/generated/ApiError';
import type { Event } from '$lib/backend/generated/Event';
import type { InspectSource } from '$lib/backend/generated/InspectSource';
import type { LabelView } from '$lib/backend/generated/LabelView';
import type { Preview } from '$lib/backend/generated/Preview';
import { EVERYTHING, type Filter } from '$lib/domain/view';

export type Dialog =
  /** Previews to add, what could not be read, addresses yet to be asked; without any it asks for a link. */
  | {
      readonly kind: 'add';
      readonly previews: readonly Preview[];
      readonly errors: readonly ApiError[];
      readonly sources?: readonly InspectSource[];
      /** What “Start now” begins with, where a key that was held says so. */
      readonly start?: boolean;
    }
  /** Files of a magnet whose list has come. */
  | { readonly kind: 'choose'; readonly hash: string }
  /** To another folder: those that move, or the one that found its place taken. */
  | { readonly kind: 'move'; readonly hashes: readonly string[]; readonly isOther: boolean }
  /** A folder where the files of a torrent may be. */
  | { readonly kind: 'locate'; readonly hash: string }
  /** A torrent, or without a null path one of its files or folders. */
  | {
      readonly kind: 'rename';
      readonly hash: string;
      readonly path: readonly string[] | null;
      readonly name: string;
    }
  /** Labels of torrents, to be found, made and ticked. */
  | { readonly kind: 'labels'; readonly hashes: readonly string[] }
  /** A label to change, or without one a new one, for torrents that are to have it. */
  | {
      readonly kind: 'label';
      readonly label: LabelView | null;
      readonly hashes: readonly string[];
      readonly focus: 'name' | 'colour' | 'more';
    }
  /** Speed limits or sharing goals of torrents. */
  | { readonly kind: 'rules'; readonly hashes: readonly string[]; readonly part: 'limits' | 'goals' }
  /** A name for what the list shows now, or another one for a view that is saved. */
  | { readonly kind: 'view'; readonly name: string | null }
  /** What was not opened with the system's program, and why: the user may say that it shall be. */
  | {
      readonly kind: 'open';
      readonly hash: string;
      readonly file: number | null;
      readonly code: string;
      readonly params: Readonly<Record<string, string>>;
    }
  /** The magnet link of a torrent, to be copied or photographed. */
  | { readonly kind: 'share'; readonly hash: string }
  | { readonly kind: 'statistics' }
  | { readonly kind: 'about' }
  /** A torrent to make, or one that is being made or was. */
  | { readonly kind: 'create'; readonly job?: string }
  | { readonly kind: 'shortcuts' };
export type AddDialog = Extract<Dialog, { kind: 'add' }>;

export class UiStore {
  view = $state<'list' | 'settings'>('list');
  dialog = $state.raw<Dialog | null>(null);
  /** What came to be added while another dialog was open: it waits until that is closed. */
  held = $state.raw<AddDialog | null>(null);
  /** Closing the window asks whether Shoal goes on; that lies over any dialog. */
  closing = $state(false);
  /** What the machine was to do when all was done, and why it did not. */
  stays = $state.raw<Omit<Extract<Event, { type: 'stays' }>, 'type'> | null>(null);
  /** The command palette lies over everything. */
  palette = $state(false);
  /** The setting that the settings page is to go to; the page takes it back when it is there. */
  settingAsked = $state<string | null>(null);
  filter = $state.raw<Filter>(EVERYTHING);
  search = $state('');
  /** Narrow windows: the sidebar lies over the list. */
  drawer = $state(false);
  /** Narrow windows: the details are a page of their own. */
  detailsPage = $state(false);
  /** The window is less than 860 px wide. */
  narrow = $state(false);
  /** Width of the list's rows in pixels; 0 while it is not there. */
  listRoom = $state(0);
  /** Counts up to ask the search field for the focus. */
  searchAsked = $state(0);
  /** Counts up to ask the list for the focus. */
  listAsked = $state(0);

  /** With a dialog only that one: what it waited for may come when it is closed already, and another is open. */
  closeDialog(only = this.dialog): void {
    if (this.dialog === only) this.dialog = null;
  }
  showAll(): void {
    this.filter = EVERYTHING;
    this.search = '';
  }
  askForSearch(): void {
    this.view = 'list';
    this.searchAsked += 1;
  }
  askForSetting(key: string): void {
    this.view = 'settings';
    this.settingAsked = key;
  }
  askForList(): void {
    this.listAsked += 1;
  }
}
