#!/bin/sh
# Prints the path of a Chrome or Chromium, for the browser tests and the screenshots.
# With --install, Debian's package of the headless shell is installed where there is none (needs root or
# passwordless sudo): the same engine without the windows around it, of which each page of a whole Chromium
# costs a second of processor more. What is there already serves where that can't be had.
set -eu

find_shell() {
    if [ -n "${MAINSPRING_CHROMIUM:-}" ]; then
        echo "$MAINSPRING_CHROMIUM"
        return 0
    fi
    command -v chromium-headless-shell
}

find_browser() {
    for name in chromium chromium-browser google-chrome-stable google-chrome chrome; do
        command -v "$name" && return 0
    done
    for path in "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        [ -x "$path" ] && echo "$path" && return 0
    done
    return 1
}

install_shell() {
    command -v apt-get >/dev/null || return 1
    as_root=
    [ "$(id -u)" = 0 ] || as_root="sudo -n"
    # What apt says goes to stderr: stdout is for the path alone.
    $as_root apt-get update -q >&2 &&
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -q -y --no-install-recommends \
            chromium-headless-shell fonts-dejavu-core fonts-liberation >&2
}

find_shell && exit 0
[ "${1:-}" = --install ] && install_shell && find_shell && exit 0
find_browser && exit 0
echo "No Chrome or Chromium found. Install one, or set MAINSPRING_CHROMIUM to its path." >&2
exit 1
