#!/usr/bin/env bash
# Packs what was built into a Debian package: deb.sh BINARIES OUT, both folders. Builds nothing, asks no network.
# The package has no scripts: dpkg's triggers tell the databases of menus, icons and manuals, so that what it
# brings goes with it. Prints the path of the package.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# = 2 ] || { echo "Usage: packaging/deb.sh BINARIES OUT" >&2; exit 2; }
binaries=$1
out=$2
id=io.github.shoalbt.Shoal
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
arch=$(dpkg --print-architecture)
# The same commit gives the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
put() { install -D -m "$1" "$2" "$tree/$3"; }
put_gz() { install -d "$tree/$(dirname "$2")"; gzip -9n <"$1" >"$tree/$2"; chmod 644 "$tree/$2"; }

for program in shoal shoal-headless; do
  put 755 "$binaries/$program" "usr/bin/$program"
  put_gz "packaging/man/$program.1" "usr/share/man/man1/$program.1.gz"
done
put 644 "packaging/$id.desktop" "usr/share/applications/$id.desktop"
put 644 "packaging/$id.metainfo.xml" "usr/share/metainfo/$id.metainfo.xml"
for png in packaging/icons/hicolor/*/apps/*.png; do
  put 644 "$png" "usr/share/icons/${png#packaging/icons/}"
done
put 644 icons/icon.svg "usr/share/icons/hicolor/scalable/apps/$id.svg"
for svg in "packaging/icons/$id-symbolic.svg" icons/tray/"$id"-tray-*-symbolic.svg; do
  put 644 "$svg" "usr/share/icons/hicolor/symbolic/apps/$(basename "$svg")"
done

doc=usr/share/doc/shoal
put 644 packaging/copyright "$doc/copyright"
put_gz README.md "$doc/README.md.gz"
put_gz CHANGELOG.md "$doc/NEWS.md.gz"
node packaging/notices.mjs >"$work/notices"
put_gz "$work/notices" "$doc/NOTICES.gz"
cat >"$work/changelog" <<TEXT
shoal ($version) unstable; urgency=medium

  * What is new is in NEWS.md.gz.

 -- The Shoal authors <shoal@shoalbt.github.io>  $(date -R -u -d "@$SOURCE_DATE_EPOCH")
TEXT
put_gz "$work/changelog" "$doc/changelog.gz"

# dpkg-shlibdeps wants a source package around it.
mkdir -p "$work/source/debian"
printf 'Source: shoal\n\nPackage: shoal\nArchitecture: any\n' >"$work/source/debian/control"
depends=$(cd "$work/source" && dpkg-shlibdeps -O "$tree/usr/bin/shoal" "$tree/usr/bin/shoal-headless")
depends=${depends#shlibs:Depends=}

mkdir "$tree/DEBIAN"
cat >"$tree/DEBIAN/control" <<TEXT
Package: shoal
Version: $version
Architecture: $arch
Maintainer: The Shoal authors <shoal@shoalbt.github.io>
Installed-Size: $(du -k -s --apparent-size --exclude DEBIAN "$tree" | cut -f1)
Depends: $depends, hicolor-icon-theme
Recommends: ca-certificates, xdg-utils
Section: net
Priority: optional
Homepage: https://github.com/shoalbt/shoal
Description: calm, safe and fast BitTorrent client
 Shoal downloads and shares files over BitTorrent, from .torrent files, magnet
 links and web addresses. It says in a plain sentence what each torrent is
 doing and why, never overwrites files that are not its own, and loses nothing
 when it is closed, killed or cut off from power.
 .
 It stays in the panel as an icon while it shares, tells of what was finished,
 and watches folders for new torrents. The same interface is served to
 browsers by shoal-headless, for a computer without a screen.
TEXT
(cd "$tree" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) >"$work/md5sums"
put 644 "$work/md5sums" DEBIAN/md5sums

mkdir -p "$out"
package=$out/shoal_${version}_$arch.deb
dpkg-deb --root-owner-group -Zxz --build "$tree" "$package" >/dev/null
echo "$package"
