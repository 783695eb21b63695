/**
 * Pictures and their references: half as large and in few colours, so that a hundred of them stay small.
 * Debian's ImageMagick does the work. Must not know what is on them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REFERENCES = fileURLToPath(new URL('./reference/', import.meta.url));
const RESULTS = fileURLToPath(new URL('../../target/visual/', import.meta.url));
/** How far a colour may be off before its pixel counts: covers another rasteriser's edges of letters. */
const FUZZ = '12%';
/** Share of pixels that may differ: a word is more than this, a caret or a shade is not. */
const SHARE_MAX = 0.0015;

const isUpdate = process.env.SHOAL_UPDATE === '1';

/** Keeps the picture of a screen, or compares it with its reference; tells what is wrong, or null. */
export async function judge(page, name) {
  const file = join(RESULTS, `${name}.png`);
  const reference = join(REFERENCES, `${name}.png`);
  mkdirSync(dirname(file), { recursive: true });
  await page.screenshot({ path: `${file}.full.png`, animations: 'disabled', caret: 'hide' });
  const small = `${file}.small.png`;
  execFileSync('convert', [
    `${file}.full.png`,
    '-filter',
    'Box',
    '-resize',
    '50%',
    '+dither',
    '-colors',
    '96',
    `PNG8:${small}`,
  ]);
  renameSync(`${file}.full.png`, file);
  if (isUpdate) {
    mkdirSync(REFERENCES, { recursive: true });
    renameSync(small, reference);
    return null;
  }
  if (!existsSync(reference)) return `${name} has no reference: look at ${file}, then SHOAL_UPDATE=1`;
  return compare(small, reference, name);
}

function compare(small, reference, name) {
  const size = (file) => execFileSync('identify', ['-format', '%w %h', file], { encoding: 'utf8' });
  if (size(small) !== size(reference)) return `${name}: ${size(small)} instead of ${size(reference)}`;
  const [width, height] = size(small).split(' ').map(Number);
  const difference = join(RESULTS, `${name}.difference.png`);
  const ran = spawnSync('compare', ['-metric', 'AE', '-fuzz', FUZZ, small, reference, difference], {
    encoding: 'utf8',
  });
  // 0: the same; 1: different; anything else went wrong.
  if (ran.status !== 0 && ran.status !== 1) throw new Error(`compare: ${ran.stderr}`);
  const share = Number(ran.stderr.trim().split(/\s/)[0]) / (width * height);
  if (share <= SHARE_MAX) return null;
  return `${name}: ${(share * 100).toFixed(2)} % of the picture is different, see ${difference}`;
}
