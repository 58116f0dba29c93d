#!/usr/bin/env bash
# One mail for each row of a table. It may be run again at any time: each invoice goes out once,
# for the template gives each row a key of its own. Exit 0 when all are sent.
set -uo pipefail
cd "$(dirname "$0")"

mailctl send --from "${1:?usage: send-invoices.sh FROM}" --template invoice.txt --data invoices.csv \
    --no-input --fields id,state,addresses,subject
code=$?

if [ "$code" -eq 5 ] || [ "$code" -eq 3 ]; then
    echo "not all sent yet: mailctl outbox flush tries again" >&2
    mailctl outbox list
fi
exit "$code"
