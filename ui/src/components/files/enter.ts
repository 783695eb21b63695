/** Whether a key press is the Enter that stands for the primary action of a dialog. */
export function isEnterIn(inside: HTMLElement, event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || event.defaultPrevented || event.isComposing) return false;
  const target = event.target as HTMLElement;
  // Another dialog may lie over this one; a button, a link and some fields have an Enter of their own.
  const isOwn = target.closest('dialog') === inside.closest('dialog');
  return isOwn && target.closest('button, a, summary, .own-enter, [role="menu"]') === null;
}
