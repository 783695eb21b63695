#!/usr/bin/env bash
# Draws the icons that themes want in fixed sizes, and the tray's for panels without themes, from the SVG files.
# Its results are committed: only who changes a drawing runs it. Needs librsvg2-bin and ImageMagick.
set -euo pipefail
cd "$(dirname "$0")/.."
id=io.github.shoalbt.Shoal
command -v rsvg-convert >/dev/null || { echo "Missing: rsvg-convert (Debian: librsvg2-bin)" >&2; exit 1; }

# Small sizes have drawings of their own, with fewer fishes: the large one would be mush there.
drawing() {
  if [ "$1" -le 24 ]; then echo packaging/icons/icon-16.svg
  elif [ "$1" -le 48 ]; then echo packaging/icons/icon-32.svg
  else echo icons/icon.svg; fi
}
for size in 16 22 24 32 48 64 128 256 512; do
  folder=packaging/icons/hicolor/${size}x$size/apps
  mkdir -p "$folder"
  rsvg-convert --width "$size" --height "$size" "$(drawing "$size")" --output "$folder/$id.png"
done

# A white shape with a dark rim is seen on light and on dark panels.
for svg in icons/tray/"$id"-tray-*-symbolic.svg; do
  [ -e "$svg" ] || continue
  state=${svg##*-tray-}
  state=${state%-symbolic.svg}
  # The shape alone, which macOS colours itself.
  rsvg-convert --width 44 --height 44 "$svg" --output "icons/tray/$state-template.png"
  for size in 22 44; do
    rim=$((size / 22))
    shape=$(mktemp --suffix=.png)
    rsvg-convert --width $((size - 2 * rim)) --height $((size - 2 * rim)) "$svg" --output "$shape"
    convert -size "${size}x$size" xc:none \
      \( "$shape" -channel RGB -evaluate set 100% +channel \) -gravity center -composite \
      \( +clone -channel A -morphology Dilate "Disk:$rim" +channel -channel RGB -evaluate set 12% +channel \) \
      +swap -composite -strip "PNG32:icons/tray/$state-$size.png"
    rm "$shape"
  done
done
