#!/usr/bin/env bash
# A school census, end to end, on this machine.
#
#   deploy/demo.sh [--serve] [--seed N] [--help]
#
#   --serve   leave the server running at the end
#   --seed N  another bad network (default 1)
#
# Takes the schools of one Nigerian state from their register of 2013 to the
# release of 2014: 20 enumerators and a supervisor work offline, each on a device
# of its own, sync over a network that cuts, delays and repeats, and one device
# and the server are killed on the way. Then the export is compared with the
# release, field by field, by a program that shares no code with the system.
#
# Installs what is missing (deploy/setup.sh) and builds a release first. All it
# makes lies in build/demo, which is made anew each time.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
here=$root/deploy/demo
out=$root/build/demo
binary=$root/build/release/bin/chasqui
survey=benue-schools
proxy_calm_after=45
sync_timeout=300
serve=no
seed=1

people=(supervisor)
for number in $(seq -w 1 20); do
  people+=("enumerator$number")
done

proxy=
proxy_pid=
table_pid=
resolved=()
declare -A syncing=()

# shellcheck source=deploy/demo/processes.sh
source "$here/processes.sh"

usage() { sed -n '2,16s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --serve) serve=yes ;;
      --seed)
        [ $# -ge 2 ] || fail "--seed needs a number"
        seed=$2
        shift
        ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) fail "unknown option $1; see --help" ;;
    esac
    shift
  done
}

build() {
  say "Installing what is missing, and building a release"
  "$root/deploy/setup.sh"
  # A build that is there stays as it is; a new one is of few, large units, and
  # without tests, which take packages of their own.
  local options=()
  [ -f "$root/build/release/CMakeCache.txt" ] ||
    options=(-DBUILD_TESTING=OFF -DCHASQUI_UNITY=ON)
  (cd "$root" && cmake --preset release "${options[@]}" \
    >"$out/logs/configure.log") ||
    fail "cmake failed: $out/logs/configure.log"
  (cd "$root" && cmake --build --preset release --target chasqui)
}

publish() {
  say "Publishing the survey and loading the register of 2013"
  start_server
  "$binary" survey create "$survey" --form "$here/census.xml" \
    --config "$here/survey.json" --server "$office"
  "$binary" survey import-register "$survey" "$out/plan/register.csv" \
    --id id --area area --assignee assignee --server "$office"
}

hand_out() {
  say "Handing out ${#people[@]} devices, each with what its person works on"
  local person code pids=()
  for person in "${people[@]}"; do
    mkdir -p "$out/devices/$person"
    code=$("$binary" fleet enrol --user "$person" --server "$office" \
      2>>"$out/logs/codes.log") ||
      fail "no code for $person: $out/logs/codes.log"
    on_device "$person" init --device "tablet-$person" --code "$code" \
      --server "$server"
    wait "$reply" || fail "device init failed: $out/logs/$person.log"
    on_device "$person" sync
    pids+=("$reply")
  done
  await "devices have their first copy" "${pids[@]}"
  stop_server
}

work_offline() {
  say "Working while no server runs: the edits that really happened"
  local person pids=() waiting=0
  for person in "${people[@]}"; do
    on_device "$person" edit --file "$out/plan/edits/$person.jsonl" \
      --made "$out/made/$person.jsonl"
    pids+=("$reply")
  done
  await "people have done their work" "${pids[@]}"
  for person in "${people[@]}"; do
    waiting=$((waiting + $(outbox_of "$person")))
  done
  echo "  $(cat "$out"/made/*.jsonl | wc -l) fields written," \
    "$waiting changes wait on the devices"
}

outbox_of() {
  "$binary" device outbox --store "$out/devices/$1" --count
}

# sync_to ADDRESS PERSON: starts a sync until the outbox is empty; sets `reply`.
sync_to() {
  on_device "$2" sync --server "$1" --until-empty --timeout "$sync_timeout" \
    --stats "$out/stats/$2.json"
}

start_proxy() {
  "$here/flaky_proxy.py" --to "$server_port" --seed "$seed" \
    --calm-after "$proxy_calm_after" --stats "$out/stats/proxy.stat" \
    >"$out/logs/proxy.out" 2>"$out/logs/proxy.log" &
  proxy_pid=$!
  children+=("$proxy_pid")
  port_in "$out/logs/proxy.out" "$proxy_pid"
  proxy=127.0.0.1:$reply
}

start_table() {
  "$here/table.py" --notes "$out/notes.txt" -- \
    "$binary" progress "$survey" --server "$office" --by area --json &
  table_pid=$!
  children+=("$table_pid")
}

end_table() {
  kill "$table_pid" 2>/dev/null || true
  wait "$table_pid" || true
}

# Says something while the table is up.
note() { echo "$*" >>"$out/notes.txt"; }

# Kills one device and, a little later, the server, and starts both again.
kill_on_the_way() {
  local victim=enumerator11
  sleep 1
  if kill -9 "${syncing[$victim]}" 2>/dev/null; then
    note "killed the device of $victim"
  fi
  wait "${syncing[$victim]}" 2>/dev/null || true
  sync_to "$proxy" "$victim"
  syncing[$victim]=$reply
  sleep 1
  kill -9 "$server_pid"
  note "killed the server"
  wait "$server_pid" 2>/dev/null || true
  sleep 1
  start_server
  note "started the server again"
}

# Syncs those with something in their outbox again, without the bad network,
# until there is nothing left.
empty_outboxes() {
  local person left
  for _ in 1 2 3 4 5; do
    left=0
    for person in "${people[@]}"; do
      if [ "$(outbox_of "$person")" -ne 0 ]; then
        left=$((left + 1))
        sync_to "$server" "$person"
        wait "$reply" || true
      fi
    done
    [ "$left" -gt 0 ] || return 0
  done
  fail "$left devices cannot empty their outbox; see $out/logs"
}

sync_all() {
  say "Syncing through a network that cuts, delays and repeats"
  local person pid failed=0
  start_server
  start_proxy
  start_table
  for person in "${people[@]}"; do
    sync_to "$proxy" "$person"
    syncing[$person]=$reply
  done
  kill_on_the_way
  for pid in "${syncing[@]}"; do
    wait "$pid" || failed=$((failed + 1))
  done
  [ "$failed" -eq 0 ] || note "$failed devices gave up; they try once more"
  empty_outboxes
  end_table
  kill -TERM "$proxy_pid"
  wait "$proxy_pid" || true
  echo "  every outbox is empty"
}

show_conflicts() {
  say "Conflicts: both values, who, and what was decided"
  local id path value
  "$binary" conflicts list "$survey" --server "$office" --as supervisor \
    >"$out/conflicts.txt"
  head -n 12 "$out/conflicts.txt"
  echo "  all of them: $out/conflicts.txt"
  IFS=$'\t' read -r id path value <"$out/plan/resolve.tsv"
  say "Resolving one: $path of $id is $value"
  "$binary" conflicts show "$survey" "$id" --server "$office" --as supervisor
  "$binary" conflicts resolve "$survey" "$id" "$path" --value "$value" \
    --server "$office" --as supervisor
  resolved=("$id" "$path" "$value")
}

export_records() {
  say "Exporting, and counting the services that schools have (SDG 4.a.1)"
  "$binary" export "$survey" --format csv --to "$out/export" --server "$office"
  if [ -f "$root/.cache/duckdb/libduckdb.so" ]; then
    "$binary" indicators "$survey" --to "$out/indicators" --server "$office" \
      --definitions "$root/deploy/indicators/sdg_4a1.textproto" \
      --code REF_AREA=NG-BE --code TIME_PERIOD=2014
  else
    echo "  nothing is counted without DuckDB"
  fi
  stop_server
}

check() {
  say "Checking every field of the export against the release of 2014"
  "$here/check_export.py" --plan "$out/plan" --made "$out/made" \
    --export "$out/export" --resolved "${resolved[@]}" ||
    fail "the export is not what it should be: $out/export"
  say "Verifying the database: keys, feeds, counters, and all of it from the log"
  "$binary" verify "$out/server" --replay
}

summary() {
  say "Done in $SECONDS seconds"
  python3 "$here/traffic.py" "$out/stats"
  cat <<EOF

  the database       $out/server
  the devices        $out/devices
  the export         $out/export
  conflicts, logs    $out/conflicts.txt, $out/logs

To go on:

  $binary serve --data $out/server --listen 127.0.0.1:7707
  $binary progress $survey --by area --server $office
  $binary device list --store $out/devices/enumerator01
  $binary --help
EOF
}

leave_server() {
  start_server
  # No longer ours to end.
  local pid left=()
  for pid in "${children[@]}"; do
    [ "$pid" = "$server_pid" ] || left+=("$pid")
  done
  children=("${left[@]}")
  disown "$server_pid"
  echo "$server_pid" >"$out/server.pid"
  printf '\nThe server is up on %s; end it with: kill %s\n' \
    "$server" "$server_pid"
}

# Ends the server that an earlier run with --serve left.
end_earlier_server() {
  local pid
  [ -f "$out/server.pid" ] || return 0
  pid=$(cat "$out/server.pid")
  if [ "$(readlink "/proc/$pid/exe")" = "$binary" ]; then
    kill "$pid" || true
  fi
}

main() {
  read_options "$@"
  end_earlier_server
  rm -rf "$out"
  mkdir -p "$out"/{logs,plan,made,stats,devices,export}
  trap end_children EXIT
  trap 'exit 130' INT TERM
  build
  say "Planning: what changed between the two releases"
  "$here/plan.py" "$out/plan"
  publish
  hand_out
  work_offline
  sync_all
  show_conflicts
  export_records
  check
  summary
  [ "$serve" = no ] || leave_server
}

main "$@"
