/** Settings as the core has them. A change shows at once and is taken back when it is refused. */
import type { SettingValueView } from '$lib/backend/generated/SettingValueView';

export type SettingValues = Readonly<Record<string, SettingValueView>>;
export type SaveSettings = (values: Record<string, SettingValueView>) => Promise<void>;

export type Theme = 'system' | 'light' | 'dark';

export class SettingsStore {
  readonly #save: SaveSettings;
  #saved = $state.raw<SettingValues>({});
  /** Sent, and not yet confirmed. */
  #pending = $state.raw<SettingValues>({});

  constructor(save: SaveSettings) {
    this.#save = save;
  }

  get(key: string): SettingValueView | undefined {
    return this.#pending[key] ?? this.#saved[key];
  }
  flag(key: string, otherwise: boolean): boolean {
    const value = this.get(key);
    return typeof value === 'boolean' ? value : otherwise;
  }
  number(key: string, otherwise: number): number {
    const value = this.get(key);
    return typeof value === 'number' ? value : otherwise;
  }
  text(key: string, otherwise: string): string {
    const value = this.get(key);
    return typeof value === 'string' ? value : otherwise;
  }

  get theme(): Theme {
    const theme = this.text('appearance.theme', 'system');
    return theme === 'light' || theme === 'dark' ? theme : 'system';
  }
  get binaryUnits(): boolean {
    return this.flag('appearance.binary_units', false);
  }

  replace(values: SettingValues): void {
    this.#saved = values;
  }
  merge(values: SettingValues): void {
    this.#saved = { ...this.#saved, ...values };
  }

  set(key: string, value: SettingValueView): Promise<void> {
    return this.setAll({ [key]: value });
  }

  /** All or, when one is refused, none. Rejects with the refusal. */
  async setAll(values: Record<string, SettingValueView>): Promise<void> {
    this.#pending = { ...this.#pending, ...values };
    try {
      await this.#save(values);
      this.merge(values);
    } finally {
      const settled = Object.entries(this.#pending).filter(([key, value]) => values[key] !== value);
      this.#pending = Object.fromEntries(settled);
    }
  }
}
