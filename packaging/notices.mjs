// Prints the licences of everything that is built into the programs: the crates that the release builds link and
// the packages that the interface bundles, with their own texts, each text once. Reads what cargo and npm have
// downloaded for the build; asks no network.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOTS = ['shoal', 'shoal-headless'];
/** What the interface's bundle has of others; everything else there is a tool of the build. */
const BUNDLED = ['svelte', 'clsx', 'uqr', '@tauri-apps/api'];
const TEXT = /^(licen[cs]e|copying|copyright|notice)([-_.].*)?$/i;

const host = execFileSync('rustc', ['-vV'], { encoding: 'utf8' }).match(/host: (\S+)/)[1];
const metadata = JSON.parse(
  execFileSync(
    'cargo',
    ['metadata', '--format-version=1', '--locked', '--offline', `--filter-platform=${host}`],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  ),
);

function linked() {
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
  const open = metadata.packages.filter((p) => ROOTS.includes(p.name) && p.source === null).map((p) => p.id);
  const seen = new Set(open);
  while (open.length > 0) {
    for (const dep of nodes.get(open.pop()).deps) {
      if (seen.has(dep.pkg) || !dep.dep_kinds.some((kind) => kind.kind === null)) continue;
      seen.add(dep.pkg);
      open.push(dep.pkg);
    }
  }
  return metadata.packages
    .filter((p) => seen.has(p.id) && p.source !== null)
    .map((p) => ({
      name: `${p.name} ${p.version}`,
      licence: p.license ?? '',
      dir: dirname(p.manifest_path),
    }));
}

function bundled() {
  return BUNDLED.map((name) => {
    const dir = join('ui/node_modules', name);
    const about = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
    return { name: `${about.name} ${about.version}`, licence: about.license ?? '', dir };
  });
}

const users = new Map();
const all = [...linked(), ...bundled()].sort((a, b) => (a.name < b.name ? -1 : 1));
for (const { name, dir } of all) {
  for (const file of readdirSync(dir, { withFileTypes: true })) {
    if (!file.isFile() || !TEXT.test(file.name)) continue;
    const text = readFileSync(join(dir, file.name), 'utf8').replaceAll('\r\n', '\n').trim();
    users.set(text, [...(users.get(text) ?? []), name]);
  }
}
const rule = '-'.repeat(80);
const lines = ['What is built into Shoal, and under which licences', ''];
for (const { name, licence } of all) lines.push(`${name}: ${licence}`);
for (const [text, names] of users) lines.push('', rule, [...new Set(names)].join(', '), rule, '', text);
process.stdout.write(`${lines.join('\n')}\n`);
