#!/bin/sh
# Runs a client program against an ill gateway: smoke.sh PATHOLOGY PROGRAM ARGUMENT…
# The program finds the gateway in GATEWAY_HOST and GATEWAY_PORT.
set -eu
pathology=$1
shift
work=$(mktemp -d)
mkfifo "$work/ready"
fakegw serve --listen 127.0.0.1:0 --pathology "$pathology" >"$work/ready" 2>"$work/log" &
gateway=$!
trap 'kill "$gateway" 2>/dev/null || true; rm -rf "$work"' EXIT

# The first line is "listening on 127.0.0.1:PORT"; there is none when it could not start.
if ! read -r line <"$work/ready"; then
    cat "$work/log" >&2
    exit 2
fi
status=0
GATEWAY_HOST=127.0.0.1 GATEWAY_PORT=${line##*:} "$@" || status=$?
[ "$status" -eq 0 ] || cat "$work/log" >&2
exit "$status"
