/**
 * What scrolls and has nothing in it that takes the focus could not be read by keys: then it is a stop of the Tab
 * key itself. Must not do so where it needs no scrolling.
 */
const STOPS = 'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])';

/** Keeps `box` a stop for as long as it has to be one; what is returned ends that. */
export function stopWhileScrolling(box: HTMLElement, labelledBy: string): () => void {
  function look(): void {
    const isStop = box.scrollHeight > box.clientHeight && box.querySelector(STOPS) === null;
    if (isStop === box.hasAttribute('tabindex')) return;
    if (isStop) {
      box.tabIndex = 0;
      box.setAttribute('role', 'group');
      box.setAttribute('aria-labelledby', labelledBy);
    } else for (const name of ['tabindex', 'role', 'aria-labelledby']) box.removeAttribute(name);
  }
  const resized = new ResizeObserver(look);
  resized.observe(box);
  const changed = new MutationObserver(look);
  changed.observe(box, { childList: true, subtree: true });
  return () => {
    resized.disconnect();
    changed.disconnect();
  };
}
