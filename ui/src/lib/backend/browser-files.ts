/** Files that a page gets from a person, chosen or pasted, and what it gives them: files and text. */
import { CallError, type SaveKind } from './backend';
import type { InspectSource } from './generated/InspectSource';

/** A file that the browser was given, as it goes to the core. */
export async function readBytes(file: File): Promise<InspectSource> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  const chunk = 0x8000;
  for (let at = 0; at < bytes.length; at += chunk) {
    binary += String.fromCharCode(...bytes.subarray(at, at + chunk));
  }
  return { kind: 'bytes', name: file.name, base64: btoa(binary) };
}

/** The browser's own file dialog, through an input that is never in the page. */
export function pickTorrentsInBrowser(): Promise<InspectSource[] | null> {
  return new Promise((resolve, reject) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.torrent,application/x-bittorrent';
    input.multiple = true;
    input.oncancel = () => resolve(null);
    input.onchange = () => {
      const files = [...(input.files ?? [])];
      Promise.all(files.map(readBytes)).then(
        (sources) => resolve(sources.length > 0 ? sources : null),
        (thrown: unknown) =>
          reject(
            new CallError('file_unreadable', {
              name: files.map((file) => file.name).join(', '),
              detail: String(thrown),
            }),
          ),
      );
    };
    input.click();
  });
}

const MIME: Record<SaveKind, string> = {
  torrent: 'application/x-bittorrent',
  json: 'application/json',
  csv: 'text/csv',
  txt: 'text/plain',
  png: 'image/png',
  svg: 'image/svg+xml',
};

/** Browsers read a file that is being saved a while after the click. */
const KEEP_MS = 60_000;

/** Saves a file to where the browser puts downloads, or asks for. */
export function saveInBrowser(name: string, base64: string, kind: SaveKind): Promise<string | null> {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: MIME[kind] }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
  return Promise.resolve(name);
}

/** Puts text on the clipboard. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch (thrown) {
    // A page that came without encryption from another machine has no clipboard but this one.
    if (!copyBySelection(text)) throw new CallError('clipboard_refused', { detail: String(thrown) });
  }
}

/** Copies as a person does, by way of a field that nobody sees; the focus stays where it is. */
function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  // In a dialog that is open nothing outside of it can be selected.
  const holder = focused?.closest('dialog') ?? document.body;
  holder.append(field);
  try {
    field.focus({ preventScroll: true });
    field.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way without a secure context
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }
}
