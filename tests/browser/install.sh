#!/bin/sh
# Chromium for the browser tests. Says what it installs; fails with what is missing where it cannot.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The browser tests need Chromium: please install it with your system's packages." >&2
    exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "The browser tests need Chromium: as root, run: apt-get install chromium" >&2
        exit 1
    fi
    as_root="sudo"
fi
echo "Installing Chromium with apt-get, for the browser tests."
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
