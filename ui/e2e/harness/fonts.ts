/** Pictures with the face of the mock: Inter stands in for the system's own. For pictures only. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FAMILIES = ['system-ui', 'sans-serif', 'Segoe UI', 'Helvetica Neue', 'Cantarell', 'Ubuntu'];

/** Writes a font configuration; gives its path, for `FONTCONFIG_FILE`. */
export function preferInter(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-fonts-'));
  const aliases = FAMILIES.map(
    (family) =>
      `<match target="pattern"><test name="family"><string>${family}</string></test>` +
      `<edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>`,
  );
  const config = join(folder, 'fonts.conf');
  writeFileSync(
    config,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
    <dir>/usr/share/fonts</dir><cachedir>${folder}</cachedir>
    ${aliases.join('\n')}
    </fontconfig>`,
  );
  return config;
}
