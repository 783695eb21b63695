/** When a picture is on the screen. */

/** From a frame's end until it is on the screen: another process, which the work would keep busy, puts it there. */
const SHOWN_MS = 50;
/** A window that cannot be seen draws none. */
const AT_MOST_MS = 1_000;

/** Runs when the picture that is being drawn now can be seen; what is returned calls it off. */
export function afterPicture(work: () => void): () => void {
  return later(work, SHOWN_MS);
}

/** Runs as soon as the picture that is being drawn now is drawn, for what is in the next one. */
export function withNextPicture(work: () => void): () => void {
  return later(work, 0);
}

function later(work: () => void, shownMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = setTimeout(run, AT_MOST_MS);
  // The frame after it begins when it was handed over.
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(() => {
      if (shownMs > 0) timer = setTimeout(run, shownMs);
      else run();
    });
  });
  function stop(): void {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    clearTimeout(late);
  }
  function run(): void {
    stop();
    work();
  }
  return stop;
}
