/** Does `act` at the Enter that stands for the primary action of the dialog around `inside`. */
export function onEnterIn(inside: () => HTMLElement, act: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (!isEnterIn(inside(), event)) return;
    event.preventDefault();
    act();
  };
}

/** Whether a key press is the Enter that stands for the primary action of a dialog. */
function isEnterIn(inside: HTMLElement, event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || event.defaultPrevented || event.isComposing) return false;
  const target = event.target as HTMLElement;
  // Another dialog may lie over this one; a button, a link and some fields have an Enter of their own.
  const isOwn = target.closest('dialog') === inside.closest('dialog');
  return isOwn && target.closest('button, a, summary, .own-enter, [role="menu"]') === null;
}
