/**
 * Asks again and again while somebody is looking: never twice at once, not while the document is
 * hidden, and after a failure simply at the next turn. Gives back what ends it.
 */
export function poll<T>(ask: () => Promise<T>, everyMs: () => number, take: (answer: T) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  const end = new AbortController();
  const isOver = (): boolean => end.signal.aborted;

  async function turn(): Promise<void> {
    clearTimeout(timer);
    if (isAsking || isOver() || document.hidden) return;
    isAsking = true;
    const answer = await ask().then(
      (value) => ({ value }),
      // The row of the torrent says what is wrong; here the last answer stays until there is a new one.
      () => null,
    );
    isAsking = false;
    if (isOver()) return;
    if (answer) take(answer.value);
    timer = setTimeout(() => void turn(), everyMs());
  }

  const onVisibility = (): void => void turn();
  document.addEventListener('visibilitychange', onVisibility);
  void turn();
  return () => {
    end.abort();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onVisibility);
  };
}
