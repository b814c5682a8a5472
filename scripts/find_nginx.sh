#!/bin/sh
# Prints the path of an nginx, for the tests that put one in front of an app.
# With --install, Debian's package is unpacked into build/nginx where none is found. It isn't installed: that
# would start a server on this machine. Only fetching the list of packages may need root or passwordless sudo.
set -eu
cd "$(dirname "$0")/.."

find_nginx() {
    if [ -n "${MAINSPRING_NGINX:-}" ]; then
        echo "$MAINSPRING_NGINX"
        return 0
    fi
    for path in "$(command -v nginx || true)" /usr/sbin/nginx /usr/local/sbin/nginx /opt/homebrew/bin/nginx \
        "$PWD/build/nginx/usr/sbin/nginx"; do
        [ -x "$path" ] && echo "$path" && return 0
    done
    return 1
}

unpack() {
    rm -rf build/nginx && mkdir -p build/nginx/packages
    # Which of them holds the program differs between releases.
    for package in nginx nginx-core nginx-light; do
        (cd build/nginx/packages && apt-get download -q "$package") >&2 || continue
        dpkg-deb -x build/nginx/packages/"$package"_*.deb build/nginx
        find_nginx && return 0
    done
    return 1
}

find_nginx && exit 0
if [ "${1:-}" = --install ] && command -v apt-get >/dev/null; then
    unpack && exit 0
    as_root=
    [ "$(id -u)" = 0 ] || as_root="sudo -n"
    $as_root apt-get update -q >&2
    unpack && exit 0
fi
echo "No nginx found. Install one, or set MAINSPRING_NGINX to its path." >&2
exit 1
