/** Files that a page gets from a person: chosen, or pasted. */
import { CallError } from './backend';
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
