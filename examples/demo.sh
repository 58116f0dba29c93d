#!/usr/bin/env bash
# The main job from an unknown address to its mail, each command shown with its true output.
# Runs inside the test rig, which sets PASSWORD and where its servers are: make demo
set -euo pipefail

MAILCTL_HOME=$(mktemp -d)
export MAILCTL_HOME
trap 'rm -rf "$MAILCTL_HOME"' EXIT

say() { printf '\n# %s\n' "$*"; }
run() {
    printf '$ %s\n' "$1"
    eval "$1" 2>&1
}

say "An administrator says once how the company's mail service is reached."
run 'mailctl provider add hosting --title "Hosting Inc." --mx hosting.example \
    --incoming mail.hosting.example:993 --submission mail.hosting.example:587 --fields name,incoming,submission,mx'

say "Whose mailbox is this? The domain's mail exchangers tell."
run 'mailctl provider detect user@corp.example --explain'

say "Connect it. Nothing is asked, and nothing is stored before the sign-in worked."
run 'echo "$PASSWORD" | mailctl account add user@corp.example --password-stdin --no-input'

say "Load its mail; the second run finds nothing new."
run 'mailctl sync run user@corp.example'
run 'mailctl sync run user@corp.example'

say "Settings have defaults, and each is changed by one command."
run 'mailctl account set user@corp.example period=30d display-name="Your Name" --fields chosen,settings -o yaml'

say "A monitor asks how accounts do; a person tries one on purpose."
run 'mailctl account status --max-age 1h --fields address,health,state,tls'
run 'mailctl account test user@corp.example'

say "The mail is data now."
run 'mailctl message list'
run 'mailctl message stats --by sender --limit 3'
run "mailctl message list -o ndjson | jq -r '.from.address' | sort | uniq -c | sort -rn | head -3"
run 'mailctl message show "$(mailctl message list --limit 1 -o json | jq -r ".[0].id")"'

say "It is linked to whom and what it is about, each link with its reason; old mail too."
run 'mailctl company add --name Partner --domain partner.example --fields id,name,domains'
run 'mailctl contact add --email "$(mailctl message list --limit 1 -o json | jq -r ".[0].from.address")" \
    --fields id,name,email'
run 'mailctl link list --fields message,kind,name,step,evidence'
run 'mailctl link explain "$(mailctl message list --limit 1 -o json | jq -r ".[0].id")"'

say "What people write below their mails is proposed for their contacts; nothing is overwritten."
run 'mailctl enrich run'
run 'mailctl enrich list --unknown --fields sender,field,value,old,confidence'

say "A domain that nobody knows: scripts get an exit code and the candidates."
run 'echo "$PASSWORD" | mailctl account add user@startup.example --password-stdin --no-input || echo "exit code $?"'

say "A person chooses once; from then on the domain is recognised for everybody."
run 'echo "$PASSWORD" | mailctl account add user@startup.example --provider hosting --password-stdin --no-input'
run 'mailctl provider detect COLLEAGUE@Startup.Example'
run 'mailctl provider domains'

say "Mail is sent from the same accounts, once: it is in the outbox before anything is tried."
run 'mailctl send --from user@corp.example --to user@corp.example --subject "Grüße" --body "How are you?" \
    --idempotency-key demo-1'
run 'mailctl send --from user@corp.example --to user@corp.example --subject "Grüße" --body "How are you?" \
    --idempotency-key demo-1'
run 'mailctl send --from user@corp.example --to nobody@corp.example --body x || echo "exit code $?"'
run 'mailctl outbox list'
run 'mailctl sync run user@corp.example'
run 'mailctl reply "$(mailctl message search subject:Grüße --limit 1 -o json | jq -r ".[0].id")" --body "Well."'

say "All of it at a glance, and as a contract for scripts."
run 'mailctl sync run'
run 'mailctl account list'
run "mailctl account list -o json | jq -c '.[] | {address, provider, state}'"
run 'mailctl db check'
