#!/bin/sh
# One ticket by curl. Needs curl 7.76 or newer.
set -eu
: "${SUPPORT_TRIAGE_URL:?is not set}" "${SUPPORT_TRIAGE_KEY:?is not set}"
ticket=${1:?give the text of a ticket}

# The ticket as a JSON string: a backslash and a quote escaped, line ends and tabs spelt out, other control characters dropped.
text=$(printf '%s' "$ticket" | tr -d '\000-\010\013-\037' | sed 's/\\/\\\\/g; s/"/\\"/g; s/	/\\t/g' | awk 'NR > 1 { printf "\\n" } { printf "%s", $0 }')

# The header comes from standard input, so that the key is not in the list of processes. curl itself waits as long as Retry-After says.
printf 'header = "Authorization: Bearer %s"\n' "$SUPPORT_TRIAGE_KEY" |
  curl --config - --silent --show-error --fail-with-body --retry 3 --max-time 30 \
    --header 'Content-Type: application/json' --data-binary "{\"text\":\"$text\"}" "$SUPPORT_TRIAGE_URL/v1/classify"
echo
