#!/bin/sh
# Whom did an official meet, and where? Needs curl and jq.
# Usage: whom.sh http://127.0.0.1:8000 blinken
set -eu
server=$1 official=$2
address="$server/meetings?official=$official&limit=200"
while [ -n "$address" ]; do
    page=$(curl --silent --show-error --fail "$address")
    printf '%s' "$page" | jq -r '.items[] |
        "\(.date // "day not stated")\t\(.city.name // .place // "-")\t\([.participants[].name] | join(", "))"'
    next=$(printf '%s' "$page" | jq -r '.next // empty')
    address=${next:+$server$next}
done
