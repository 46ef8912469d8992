#!/usr/bin/env bash
# Renews the keys of session tickets, and makes them where there are none:
#
#   renew_ticket_keys.sh DIR && nginx -s reload
#
# Once a day. What was made with the key of the day before can still be resumed.
set -euo pipefail

dir=${1:?give the directory of the keys}
umask 077
new=$(mktemp "$dir/tickets.XXXXXX")
trap 'rm -f "$new"' EXIT
head -c 80 /dev/urandom >"$new"
[ ! -e "$dir/tickets.1" ] || mv "$dir/tickets.1" "$dir/tickets.2"
[ -e "$dir/tickets.2" ] || head -c 80 /dev/urandom >"$dir/tickets.2"
mv "$new" "$dir/tickets.1"
trap - EXIT
