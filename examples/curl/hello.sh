#!/usr/bin/env bash
# Sends a message to somebody over REST, and prints what the two have written.
# hello.sh http://HOST:PORT USER
set -euo pipefail
server=$1 user=$2
authorization="Authorization: Bearer $WARDLINE_TOKEN"

# The same key within a minute: run twice, the message is there once.
sent=$(curl --silent --show-error --fail-with-body "$server/messages" -H "$authorization" \
  -H 'Content-Type: application/json' -H "Idempotency-Key: hello-curl-$(($(date +%s) / 60))" \
  -d "{\"Recipient_id\": \"$user\", \"Content\": \"Hello from curl\"}")
conversation=$(sed -E 's/.*"Conversation_id": ?"([^"]*)".*/\1/' <<<"$sent")
curl --silent --show-error --fail-with-body "$server/messages/conversation/$conversation" \
  -H "$authorization"
echo
