/** Lists of files as file managers put them on the clipboard. */

/** What stands above the list in some of them, and comments. */
const HEAD = /^(x-special\/\S+|copy|cut|#.*)$/i;

/** The path that a `file:` address of this machine means; null when it is none. */
export function pathOfAddress(address: string): string | null {
  const [, host, path] = /^file:(?:\/\/([^/]*))?(\/.*)$/i.exec(address) ?? [];
  if (path === undefined || (host !== undefined && host !== '' && host.toLowerCase() !== 'localhost')) {
    return null;
  }
  try {
    const plain = decodeURIComponent(path);
    // Windows: file:///C:/name
    return /^\/[a-z]:\//i.test(plain) ? plain.slice(1) : plain;
  } catch {
    // A name that is no text cannot be handed on as one.
    return null;
  }
}

/** The paths, when every line is one: a `file:` address, or the full path of a torrent file. Null otherwise. */
export function pathsOfText(text: string): string[] | null {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !HEAD.test(line));
  const paths = lines.map((line) => (/^\/.*\.torrent$/i.test(line) ? line : pathOfAddress(line)));
  return paths.length > 0 && paths.every((path) => path !== null) ? paths : null;
}
