#!/bin/sh
# Bring the Chromium that the browser tests drive, where that is possible. The tests themselves
# say when they are skipped for want of it; with CI=true they fail instead.
set -u
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "installing chromium for the browser tests"
    (apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium) >/dev/null 2>&1 && exit 0
fi
echo "no chromium here: the browser tests will be skipped (install the package 'chromium')"
exit 0
