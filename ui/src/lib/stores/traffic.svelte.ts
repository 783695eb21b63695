/** The last half minute of traffic, for the small lines in the status bar. */
const SAMPLES = 30;

export class TrafficStore {
  #down = $state.raw<readonly number[]>([]);
  #up = $state.raw<readonly number[]>([]);

  get down(): readonly number[] {
    return this.#down;
  }
  get up(): readonly number[] {
    return this.#up;
  }

  sample(downBps: number, upBps: number): void {
    this.#down = [...this.#down.slice(1 - SAMPLES), downBps];
    this.#up = [...this.#up.slice(1 - SAMPLES), upBps];
  }
}
