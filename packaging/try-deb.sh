#!/usr/bin/env bash
# Tries a package on a fresh Debian, as root, in a container or a chroot: try-deb.sh PACKAGE. It installs, is the
# program for its links and files, opens its window for somebody without rights, and is purged without a trace.
set -euo pipefail
[ $# = 1 ] && [ "$(id -u)" = 0 ] || { echo "Usage, as root on a Debian to throw away: packaging/try-deb.sh PACKAGE" >&2; exit 2; }
package=$(realpath "$1")
id=io.github.shoalbt.Shoal
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
say() { printf '%s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

work=$(mktemp -d)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
apt_install() { apt-get install -y --no-install-recommends "$@" >"$work/apt" 2>&1 || { tail -20 "$work/apt" >&2; die "apt-get install $*"; }; }

# All that is on the system, but what changes by itself and what apt and dpkg keep for themselves.
files() {
  find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /var/cache -o -path /var/log \
    -o -path /var/lib/apt -o -path /var/lib/dpkg -o -path "$work" -o -path "${PWD%/}/target" \) -prune -o -print | LC_ALL=C sort
}
# The databases that name every program and every type.
known() { grep -rl -e "$id" /usr/share/applications /usr/share/mime /etc 2>/dev/null || true; }

apt-get update -qq
# What the package stands on, and what looks at it, stays when it goes.
mapfile -t needs < <(dpkg-deb -f "$package" Depends Recommends | tr ',' '\n' | sed 's/^[A-Za-z]*://; s/(.*)//; s/|.*//; s/ //g' | grep .)
apt_install "${needs[@]}" xvfb xdotool x11-utils dbus-daemon desktop-file-utils shared-mime-info man-db
files >"$work/before"

cp "$package" "$work/package.deb"
apt_install "$work/package.deb"
version=$(dpkg-query -W -f '${Version}' shoal)
[ "$(shoal --version)" = "Shoal $version" ] || die "shoal says: $(shoal --version)"
[ "$(shoal-headless --version)" = "Shoal $version" ] || die "shoal-headless says: $(shoal-headless --version)"
say "ok    installed: $version"

# As somebody who has no rights and no files here yet.
mkdir -m 700 "$work/home" "$work/run"
chown nobody: "$work/home" "$work/run"
person() {
  setpriv --reuid=nobody --regid=nogroup --clear-groups env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 HOME="$work/home" \
    XDG_RUNTIME_DIR="$work/run" DISPLAY="${display:-}" "$@"
}
for type in x-scheme-handler/magnet application/x-bittorrent; do
  handler=$(cd "$work/home" && person xdg-mime query default "$type")
  [ "$handler" = "$id.desktop" ] || die "$type is opened with: ${handler:-nothing}"
done
say "ok    opens magnet links and .torrent files"
for page in shoal shoal-headless; do [ -f "/usr/share/man/man1/$page.1.gz" ] || [ -f /etc/dpkg/dpkg.cfg.d/docker ] || die "no manual of $page"; done
[ -f "/usr/share/icons/hicolor/scalable/apps/$id.svg" ] || die "no icon"
say "ok    manuals and icons"

exec 3<>"$work/display-is"
Xvfb -displayfd 3 -screen 0 1400x950x24 -nolisten tcp >"$work/xvfb" 2>&1 &
xvfb=$!
trap 'kill $xvfb 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do [ -s "$work/display-is" ] && break; sleep 0.1; done
display=:$(cat "$work/display-is")
# Starts it by a command, waits for its window, and ends it.
opens() {
  local session code=0 window=
  person dbus-run-session -- "$@" >"$work/shoal" 2>&1 &
  session=$!
  for _ in $(seq 300); do
    window=$(person xdotool search --onlyvisible --name '^Shoal$' 2>/dev/null | head -1) || true
    [ -n "$window" ] && break
    sleep 0.1
  done
  [ -n "$window" ] || { cat "$work/shoal" >&2; die "no window: $*"; }
  person xprop -id "$window" WM_CLASS | grep -q "$id" || die "the window belongs to: $(person xprop -id "$window" WM_CLASS)"
  # By its window: /proc may show the processes of others, too.
  kill -TERM "$(person xdotool getwindowpid "$window")"
  wait "$session" || code=$?
  [ $code = 0 ] || { cat "$work/shoal" >&2; die "it left with $code: $*"; }
}
# What is set is kept for the second start.
opens shoal --set network.dht=false --set network.lsd=false --set network.upnp=false --set desktop.close=quit
opens xdg-open 'magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=a%26b'
kill $xvfb
wait $xvfb 2>/dev/null || true
say "ok    opens its window, by a link as well, and leaves when it is told to"

apt-get purge -y shoal >"$work/apt" 2>&1 || { cat "$work/apt" >&2; die "apt-get purge"; }
files >"$work/after"
diff "$work/before" "$work/after" || die "It changed what is there"
left=$(known)
[ -z "$left" ] || die "It is still named in: $left"
say "ok    purged without a trace"
