/** Settings files on their way to the disk. */

/** Bytes of a text as Base64, of any letters there are. */
export function toBase64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
