# What deploy/demo.sh needs of processes: start them, wait for them with a bar,
# end them. Sourced; not a program.
#
# Uses $binary, $out, $server_port; keeps `children`, the processes to end when
# the script does, and `server`, the address. A function that has something to
# tell sets `reply`: what it starts must not run in a subshell, or nobody could
# wait for it.

children=()
server_pid=
server_port=0
server=
# For whoever runs it: who may do everything.
office=
reply=

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf '\ndemo: %s\n' "$*" >&2
  exit 1
}

end_children() {
  local pid
  for pid in "${children[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  wait 2>/dev/null || true
}

# Prints how far a step is; in place on a terminal, else when it is complete.
# bar DONE WHOLE WHAT
bar() {
  local done=$1 whole=$2 what=$3 full blank
  [ "$done" -le "$whole" ] || done=$whole
  if [ -t 1 ]; then
    full=$(printf '%*s' $((30 * done / (whole > 0 ? whole : 1))) '')
    blank=$(printf '%*s' $((30 - ${#full})) '')
    printf '\r  [%s%s] %s of %s %s\033[K' \
      "${full// /#}" "${blank// /.}" "$done" "$whole" "$what"
    [ "$done" -lt "$whole" ] || printf '\n'
  elif [ "$done" -ge "$whole" ]; then
    printf '  %s of %s %s\n' "$done" "$whole" "$what"
  fi
}

# Waits for the processes named, showing a bar; fails if one of them did.
# await WHAT PID…
await() {
  local what=$1 running pid
  shift
  while :; do
    running=0
    for pid in "$@"; do
      if kill -0 "$pid" 2>/dev/null; then
        running=$((running + 1))
      fi
    done
    [ "$running" -gt 0 ] || break
    bar $(($# - running)) $# "$what"
    sleep 0.2
  done
  for pid in "$@"; do
    wait "$pid" || fail "a process failed while: $what. Its log is in $out/logs"
  done
  bar $# $# "$what"
}

# Waits until the log FILE names the port its process listens on; sets `reply`.
port_in() {
  local file=$1 pid=$2
  for _ in $(seq 600); do
    reply=$(sed -n 's/^listening on 127\.0\.0\.1:\([0-9]*\).*/\1/p' "$file" |
      tail -n 1)
    [ -z "$reply" ] || return 0
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$file" >&2
  fail "$file: it does not listen"
}

# Starts the server; the first time on a free port, then on the same.
start_server() {
  : >"$out/logs/server.out"
  setsid "$binary" serve --data "$out/server" \
    --listen "127.0.0.1:$server_port" \
    >"$out/logs/server.out" 2>>"$out/logs/server.log" &
  server_pid=$!
  children+=("$server_pid")
  port_in "$out/logs/server.out" "$server_pid"
  server_port=$reply
  server=127.0.0.1:$server_port
  office=unix:$out/server/operator.sock
}

stop_server() {
  kill -TERM "$server_pid"
  wait "$server_pid" || fail "the server did not end well: $out/logs/server.log"
}

# Runs one command of the device of PERSON, in the background; sets `reply` to
# the process.
# on_device PERSON COMMAND OPTION…
on_device() {
  local person=$1 command=$2
  shift 2
  "$binary" device "$command" --store "$out/devices/$person" "$@" \
    >>"$out/logs/$person.log" 2>&1 &
  reply=$!
  children+=("$reply")
}
