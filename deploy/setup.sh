#!/usr/bin/env bash
# Installs what Chasqui needs on Debian 12, and nothing that is there already.
#
#   deploy/setup.sh [--build | --test | --all-tests]
#
#   --build      what building and running takes (the default)
#   --test       also what tests/run.sh takes
#   --all-tests  also what tests/run.sh --all takes
#
# Packages come from apt, through sudo when not root. Into .cache/ come what Debian
# has not: Apache Arrow from PyPI, and DuckDB, which counts indicators, from npm's
# registry; for tests what reads exports, for all of them Apache Spark too, from
# PyPI, Buf, the checker of the protocol files, and a client of the Connect protocol
# by npm, and, where there is Go 1.26, that protocol's test suite. When nothing is
# missing it takes well under a second.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages=(
  ca-certificates
  ccache
  clang
  cmake
  curl
  g++
  libabsl-dev
  libboost-dev
  libcli11-dev
  libgrpc++-dev
  libprotobuf-dev
  libpugixml-dev
  libqrencode-dev
  libreadstat-dev
  librocksdb-dev
  libsodium-dev
  libsqlite3-dev
  libssl-dev
  libxlsxwriter-dev
  libzstd-dev
  lld
  ninja-build
  pkg-config
  protobuf-compiler
  protobuf-compiler-grpc
  python3
  python3-pip
  zlib1g-dev
)
test_packages=(
  clang-format
  libbenchmark-dev
  libgmock-dev
  libgtest-dev
  librapidcheck-dev
  nginx-light
  npm
  openssl
  postgresql
)
all_tests_packages=(
  clang-tidy
  libclang-rt-14-dev
  libreoffice-calc-nogui
  openjdk-17-jre-headless
  pspp
)
# DuckDB for C, which `chasqui indicators` loads; Debian has none.
libduckdb_version=1.5.6-r.1
libduckdb_x64_sha256=3f4962cdd266eab2b479a5b5a4a6d063d279b2954ae814ed00385d553b747633
libduckdb_arm64_sha256=23686593dba4ec22c6e581bb1c843b3964e84c4bc4d0063d8b4daddd2e20e30a
npm_registry=${npm_config_registry:-https://registry.npmjs.org}
buf_version=1.47.2
# Later ones need a newer Node.js than Debian's.
connect_version=2.0.4
protobuf_es_version=2.6.3
conformance_version=1.0.7

usage() {
  sed -n '2,15s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
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

has_pip() {
  python3 -c 'import importlib.util as u, sys; sys.exit(not u.find_spec("pip"))' \
    2>/dev/null
}

# install_python <name> [<option of pip>…]: what deploy/python/<name>.txt lists and
# nothing else, all or none, into .cache/<name>.
install_python() {
  local list=$root/deploy/python/$1.txt folder=$root/.cache/$1
  ! cmp -s "$list" "$folder/installed" || return 0
  echo "setup: installing $(grep -c '==' "$list") packages for ${1//_/ }"
  rm -rf "$folder"
  python3 -m pip install --quiet --disable-pip-version-check \
    --no-compile --root-user-action ignore --no-deps --only-binary :all: \
    --target "$folder" --requirement "$list" "${@:2}" ||
    fail "pip could not install what $list lists"
  cp "$list" "$folder/installed"
}

# Where CMake finds Arrow's own packages, those are what is built with.
install_arrow() {
  if [ -n "$(missing_packages libarrow-dev libparquet-dev)" ]; then
    install_python arrow
  fi
}

# install_npm <folder> <package@version>…: all of them or none.
install_npm() {
  local folder=$root/.cache/$1
  shift
  local wanted="$*"
  if [ -f "$folder/installed" ] && [ "$(<"$folder/installed")" = "$wanted" ]; then
    return 0
  fi
  echo "setup: installing $wanted"
  mkdir -p "$folder"
  npm install --prefix "$folder" --no-save --no-audit --no-fund --silent "$@" ||
    fail "npm could not install $wanted"
  echo "$wanted" >"$folder/installed"
}

install_from_npm() {
  install_npm buf "@bufbuild/buf@$buf_version"
  install_npm connect-node "@connectrpc/connect-node@$connect_version" \
    "@connectrpc/connect@$connect_version" \
    "@bufbuild/protobuf@$protobuf_es_version"
}

# libduckdb.so out of the package that has it for Node.js.
install_duckdb() {
  local folder=$root/.cache/duckdb machine sha256 wanted
  case $(uname -m) in
    x86_64) machine=x64 sha256=$libduckdb_x64_sha256 ;;
    aarch64) machine=arm64 sha256=$libduckdb_arm64_sha256 ;;
    *)
      echo "setup: without DuckDB for indicators: none for $(uname -m)"
      return 0
      ;;
  esac
  wanted=node-bindings-linux-$machine-$libduckdb_version
  if [ -f "$folder/installed" ] && [ "$(<"$folder/installed")" = "$wanted" ]; then
    return 0
  fi
  echo "setup: installing libduckdb $libduckdb_version"
  rm -rf "$folder"
  mkdir -p "$folder"
  if ! curl --fail --silent --show-error --location --retry 3 \
    "${npm_registry%/}/@duckdb/${wanted%-"$libduckdb_version"}/-/$wanted.tgz" |
    tar --extract --gzip --directory "$folder" --strip-components 1 \
      package/libduckdb.so package/LICENSE; then
    rm -rf "$folder"
    ! $for_tests || fail "$wanted could not be fetched from $npm_registry"
    echo "setup: without DuckDB for indicators: no $wanted at $npm_registry"
    return 0
  fi
  echo "$sha256  $folder/libduckdb.so" | sha256sum --check --quiet ||
    fail "$wanted is not what it was when its version was pinned"
  echo "$wanted" >"$folder/installed"
}

# Whether there is Go of version $1 or later.
has_go() {
  local there
  command -v go >/dev/null || return 1
  there=$(go env GOVERSION 2>/dev/null) || return 1
  [ "$(printf '%s\n' "go$1" "$there" | sort -V | head -n 1)" = "go$1" ]
}

# The program and the protocol files that it speaks by.
install_conformance() {
  local folder=$root/.cache/conformance module=connectrpc.com/conformance source
  if [ -f "$folder/installed" ] &&
    [ "$(<"$folder/installed")" = "$conformance_version" ]; then
    return 0
  fi
  if ! has_go 1.26; then
    echo "setup: without the Connect protocol's test suite: needs Go 1.26"
    return 0
  fi
  echo "setup: installing connectconformance $conformance_version"
  mkdir -p "$folder"
  GOBIN=$folder go install \
    "$module/cmd/connectconformance@v$conformance_version" ||
    fail "go could not install connectconformance"
  source=$(go mod download -json "$module@v$conformance_version" |
    sed -n 's/^.*"Dir": "\(.*\)".*$/\1/p')
  rm -rf "$folder/proto"
  cp -r --no-preserve=mode "$source/proto" "$folder/proto"
  echo "$conformance_version" >"$folder/installed"
}

packages=("${build_packages[@]}")
for_tests=false
for_all_tests=false
case ${1:---build} in
  --build) ;;
  --test)
    packages+=("${test_packages[@]}")
    for_tests=true
    ;;
  --all-tests)
    packages+=("${test_packages[@]}" "${all_tests_packages[@]}")
    for_tests=true
    for_all_tests=true
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
# npm and pip come with Node.js and Python themselves where those are not Debian's.
for i in "${!packages[@]}"; do
  case ${packages[i]} in
    npm) ! command -v npm >/dev/null || unset 'packages[i]' ;;
    python3-pip) ! has_pip || unset 'packages[i]' ;;
  esac
done
install_packages "${packages[@]}"
install_arrow
install_duckdb
! $for_tests || install_python readers
! $for_tests || install_python object_storage
! $for_tests || install_from_npm
! $for_all_tests || install_conformance
! $for_all_tests || install_python spark --no-binary pyspark
echo "setup: everything is there ($((SECONDS - start)) s)"
