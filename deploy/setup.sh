#!/usr/bin/env bash
# Installs what Chasqui needs on Debian 12, and nothing that is there already.
#
#   deploy/setup.sh [--build | --test | --all-tests]
#
#   --build      what building and running takes (the default)
#   --test       also what tests/run.sh takes
#   --all-tests  also what tests/run.sh --all takes
#
# Packages come from apt, through sudo when not root. Buf, the checker of the
# protocol files, comes from npm into .cache/. When nothing is missing it takes
# well under a second.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages=(
  ca-certificates
  ccache
  clang
  cmake
  g++
  libabsl-dev
  libboost-dev
  libcli11-dev
  libgrpc++-dev
  libprotobuf-dev
  libpugixml-dev
  librocksdb-dev
  libsodium-dev
  libsqlite3-dev
  libzstd-dev
  lld
  ninja-build
  pkg-config
  protobuf-compiler
  protobuf-compiler-grpc
  python3
  zlib1g-dev
)
test_packages=(
  clang-format
  libbenchmark-dev
  libgmock-dev
  libgtest-dev
  librapidcheck-dev
  npm
)
all_tests_packages=(
  clang-tidy
  libclang-rt-14-dev
)
buf_version=1.47.2

usage() {
  sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

# Runs a command as root; its output is shown only if it fails.
as_root() {
  local log status=0
  local command=("$@")
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "not root and no sudo; run as root: $*"
    command=(sudo "$@")
  fi
  log=$(mktemp)
  "${command[@]}" >"$log" 2>&1 || status=$?
  [ "$status" -eq 0 ] || tail -n 30 "$log" >&2
  rm -f "$log"
  return "$status"
}

# Prints those of the packages named that are not installed.
missing_packages() {
  # A package never heard of makes dpkg-query fail; it is missing, no more.
  local installed
  installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "$@" \
    2>/dev/null | sed -n 's/^ii *//p' || true)
  printf '%s\n' "$@" | grep -vxF -f <(printf '%s\n' "$installed") || true
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0
  command -v apt-get >/dev/null ||
    fail "no apt-get here; install by other means: ${missing[*]}"

  echo "setup: installing ${missing[*]}"
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y
    --no-install-recommends "${missing[@]}")
  # The lists of a fresh machine are empty, those of an old one may name
  # packages that the archive has replaced.
  if apt-cache show "${missing[@]}" >/dev/null 2>&1 &&
    as_root "${install[@]}" 2>/dev/null; then
    return 0
  fi
  as_root apt-get update || fail "apt-get update failed"
  as_root "${install[@]}" || fail "apt-get install failed"
}

install_buf() {
  local folder=$root/.cache/buf
  local manifest=$folder/node_modules/@bufbuild/buf/package.json
  if [ -x "$folder/node_modules/.bin/buf" ] &&
    grep -q "\"version\": \"$buf_version\"" "$manifest"; then
    return 0
  fi
  echo "setup: installing buf $buf_version"
  mkdir -p "$folder"
  npm install --prefix "$folder" --no-save --no-audit --no-fund --silent \
    "@bufbuild/buf@$buf_version" || fail "npm could not install buf"
}

packages=("${build_packages[@]}")
with_buf=false
case ${1:---build} in
  --build) ;;
  --test)
    packages+=("${test_packages[@]}")
    with_buf=true
    ;;
  --all-tests)
    packages+=("${test_packages[@]}" "${all_tests_packages[@]}")
    with_buf=true
    ;;
  -h | --help)
    usage
    exit 0
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac

start=$SECONDS
# npm comes with Node.js itself where that is not Debian's.
if command -v npm >/dev/null; then
  for i in "${!packages[@]}"; do
    [ "${packages[i]}" != npm ] || unset 'packages[i]'
  done
fi
install_packages "${packages[@]}"
! $with_buf || install_buf
echo "setup: everything is there ($((SECONDS - start)) s)"
