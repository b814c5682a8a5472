#!/bin/sh
# Prints the path of a Chrome or Chromium, for the browser tests and the screenshots.
# With --install, Debian's package is installed where none is found (needs root or passwordless sudo).
set -eu

find_browser() {
    if [ -n "${MAINSPRING_CHROMIUM:-}" ]; then
        echo "$MAINSPRING_CHROMIUM"
        return 0
    fi
    for name in chromium chromium-browser google-chrome-stable google-chrome chrome; do
        command -v "$name" && return 0
    done
    for path in "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        [ -x "$path" ] && echo "$path" && return 0
    done
    return 1
}

find_browser && exit 0
if [ "${1:-}" = --install ] && command -v apt-get >/dev/null; then
    as_root=
    [ "$(id -u)" = 0 ] || as_root="sudo -n"
    # What apt says goes to stderr: stdout is for the path alone.
    $as_root apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -q -y --no-install-recommends \
        chromium fonts-dejavu-core fonts-liberation >&2
    find_browser && exit 0
fi
echo "No Chrome or Chromium found. Install one, or set MAINSPRING_CHROMIUM to its path." >&2
exit 1
