/**
 * The one place where the window's parts are made and joined. Components get it by `getApp()`;
 * nothing is a module-wide singleton, so that tests can make as many as they like.
 */
import { createContext, untrack } from 'svelte';
import { createActions } from './actions/actions';
import type { ActionRegistry } from './actions/registry';
import { toCallError, type Backend, type Glance } from './backend/backend';
import type { Delta } from './backend/generated/Delta';
import type { Event } from './backend/generated/Event';
import type { Snapshot } from './backend/generated/Snapshot';
import { openHeld, openPreviews } from './adding';
import { receiveDesk } from './desk';
import { Formatter } from './domain/format';
import { sentenceText } from './domain/sentence';
import { locale, t } from './i18n';
import type { View } from './domain/view';
import { orderBy, readOrder, type Order } from './domain/view-sort';
import { CreationStore } from './stores/creation.svelte';
import { DeskStore } from './stores/desk.svelte';
import { DropStore } from './stores/drop.svelte';
import { LabelRenames } from './stores/label-renames';
import { NewsDesk } from './stores/news-desk';
import { PrefsStore } from './stores/prefs.svelte';
import { SearchStore } from './stores/search.svelte';
import { SettingsStore } from './stores/settings.svelte';
import { ToastStore } from './stores/toasts.svelte';
import { TorrentStore } from './stores/torrents.svelte';
import { TrafficStore } from './stores/traffic.svelte';
import { UiStore } from './stores/ui.svelte';
import { UndoStore, watchSteps } from './stores/undo.svelte';
import { ViewsStore } from './stores/views.svelte';
import { WatchStore } from './stores/watch.svelte';

const SAMPLE_MS = 1_000;

export type Density = 'comfortable' | 'compact';
export type Connection = 'connecting' | 'up' | 'lost' | 'bye';

export class AppContext {
  readonly backend: Backend;
  readonly torrents = new TorrentStore();
  readonly ui = new UiStore();
  readonly toasts = new ToastStore();
  readonly undo = new UndoStore();
  readonly traffic = new TrafficStore();
  readonly watch = new WatchStore(() => this.backend);
  readonly drops = new DropStore();
  readonly desk = new DeskStore(() => this.backend);
  readonly settings: SettingsStore;
  readonly prefs: PrefsStore;
  /** The torrents that are being made. */
  readonly creation: CreationStore;
  /** What the search field asks of the list. */
  readonly search: SearchStore;
  readonly views: ViewsStore;
  readonly labelRenames: LabelRenames;
  readonly actions: ActionRegistry<AppContext>;

  #connection = $state<Connection>('connecting');
  #version = $state('');
  #platform = $state(platformOfBrowser());
  readonly #format = $derived.by(
    () => new Formatter({ binary: this.settings.binaryUnits, locale: locale() }),
  );
  readonly #order = $derived.by(() => readOrder(this.prefs.get('list.sort')) ?? orderBy('activity'));
  readonly #news = new NewsDesk((all) => this.toasts.watched(all));
  #unsubscribe: (() => void) | null = null;

  constructor(backend: Backend) {
    this.backend = watchSteps(backend, this.undo);
    this.settings = new SettingsStore(async (values) => {
      await this.backend.call('set_settings', { values });
    });
    this.prefs = new PrefsStore((key, value) => savePref(this.backend, key, value));
    this.views = new ViewsStore(this.prefs);
    this.labelRenames = new LabelRenames(this.views, this.ui);
    this.search = new SearchStore({
      text: () => this.ui.search,
      labels: () => this.torrents.labels,
      findFiles: async (text) => this.backend.call('find_files', { text }),
    });
    this.creation = new CreationStore(this.backend, ({ name, status }) =>
      this.toasts.announce(
        t(status.state === 'done' ? 'create.announce_done' : 'create.announce_failed', { name }),
      ),
    );
    this.actions = createActions(this);
  }

  /** Numbers in the language and the units the user chose. */
  get format(): Formatter {
    return this.#format;
  }
  get connection(): Connection {
    return this.#connection;
  }
  get version(): string {
    return this.#version;
  }
  /** `linux`, `macos` or `windows`: of the machine that Shoal runs on. */
  get platform(): string {
    return this.#platform;
  }
  /** Of the list. */
  get order(): Order {
    return this.#order;
  }
  get density(): Density {
    return this.settings.text('window.density', 'comfortable') === 'compact' ? 'compact' : 'comfortable';
  }
  get sidebar(): boolean {
    return this.settings.flag('window.sidebar', true);
  }
  get details(): boolean {
    return this.settings.flag('window.details', true);
  }

  /** Subscribes and keeps the stores joined until what is returned is called. */
  start(): () => void {
    const stopEffects = $effect.root(() => {
      $effect(() => {
        // Names are sorted as the language does.
        void locale();
        const view = this.#view();
        untrack(() => this.torrents.show(view));
      });
      $effect(() => this.search.follow());
      $effect(() => openHeld(this.ui));
    });
    const timer = setInterval(() => this.#sample(), SAMPLE_MS);
    const hide = (): void => {
      if (document.hidden) this.prefs.flush();
    };
    document.addEventListener('visibilitychange', hide);
    this.#subscribe();
    return () => {
      document.removeEventListener('visibilitychange', hide);
      this.prefs.flush();
      stopEffects();
      clearInterval(timer);
      this.#news.stop();
      this.#unsubscribe?.();
    };
  }

  /** Runs something the user asked for; a refusal becomes a toast. */
  attempt(work: () => Promise<unknown>): void {
    work().catch((thrown: unknown) => this.toasts.error(toCallError(thrown)));
  }

  /** Tells screen readers, when they are free. Nothing that changes by itself, such as speeds. */
  announce(text: string): void {
    this.toasts.announce(text);
  }

  /** A setting that only concerns how the window looks. */
  set(key: string, value: boolean | number | string): void {
    this.attempt(() => this.settings.set(key, value));
  }

  setOrder(order: Order): void {
    this.prefs.set('list.sort', order);
    // One press, one change: there is nothing to wait for.
    this.prefs.flush();
  }

  #subscribe(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = this.backend.subscribe(
      (event) => this.#receive(event),
      (up) => {
        if (this.#connection !== 'bye') this.#connection = up ? 'up' : 'lost';
      },
    );
  }

  #receive(event: Event | Glance): void {
    switch (event.type) {
      case 'glance':
        return this.#glance(event);
      case 'snapshot':
        return this.#snapshot(event);
      case 'delta':
        return this.#delta(event);
      case 'open_request':
        return openPreviews(this, event.previews, event.errors);
      case 'notice':
        this.toasts.info(sentenceText(event.sentence, this.format));
        return;
      case 'watched':
        return this.#news.tell(event.news);
      case 'bye':
        this.#connection = 'bye';
        return;
      default:
        return receiveDesk(this, event);
    }
  }

  #glance({ snapshot, kinds }: Glance): void {
    this.#take(snapshot);
    this.torrents.applyGlance(snapshot, kinds, () => this.#view());
  }

  #snapshot(snapshot: Snapshot): void {
    this.#take(snapshot);
    this.labelRenames.see(snapshot.labels);
    this.torrents.applySnapshot(snapshot, () => this.#view());
    for (const notice of snapshot.notices) this.toasts.info(sentenceText(notice, this.format));
  }

  /** All of it but the torrents. */
  #take(snapshot: Snapshot): void {
    this.#connection = 'up';
    this.#version = snapshot.version;
    this.#platform = snapshot.platform;
    this.settings.replace(snapshot.settings);
    this.prefs.replace(snapshot.prefs);
    this.undo.start(snapshot.undo);
    this.watch.replace(snapshot.watch);
  }

  #view(): View {
    return { filter: this.ui.filter, query: this.search.query, order: this.order };
  }

  #delta(delta: Delta): void {
    if (!this.torrents.applyDelta(delta)) {
      this.#subscribe();
      return;
    }
    if (delta.upserts.length > 0) this.toasts.keepOffers((hash) => this.torrents.row(hash) !== undefined);
    if (delta.labels !== null) this.labelRenames.see(delta.labels);
    if (delta.settings !== null) this.settings.merge(delta.settings);
    if (delta.watch !== null) this.watch.replace(delta.watch);
    if (delta.undo !== null) {
      const step = this.undo.apply(delta.undo);
      this.toasts.keepUndo(delta.undo.undo);
      if (step !== null) this.toasts.undo(step);
    }
  }

  #sample(): void {
    const { totals } = this.torrents;
    if (totals !== null && !document.hidden) this.traffic.sample(totals.down_bps, totals.up_bps);
  }
}

/** How the window is arranged is a convenience: it is used at once, and nobody is told when it was not kept. */
async function savePref(backend: Backend, key: string, value: string | null): Promise<void> {
  await backend.call('set_pref', { key, value }).catch(() => undefined);
}

/** Until the snapshot says it: decides between Ctrl and the command key only. */
function platformOfBrowser(): string {
  return navigator.userAgent.includes('Mac OS') ? 'macos' : 'linux';
}

export const [getApp, provideApp] = createContext<AppContext>();
