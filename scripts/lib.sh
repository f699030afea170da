# Shared by the scripts: installing from Debian's packages. Sourced, not run.

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# install_missing PACKAGE…: installs those that are not there. Services that a package brings along
# are not started: the tests start their own, on ports of their own.
install_missing() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "installing: ${missing[*]}" >&2
  local policy=/usr/sbin/policy-rc.d made_policy=
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    made_policy=yes
  fi
  local status=0
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      "${missing[@]}" >&2 || status=$?
  [ -z "$made_policy" ] || as_root rm -f "$policy"
  return "$status"
}

# with_libraries PACKAGE…: prints them and the libraries that they depend on, those of the libraries
# included. Libraries have other names in each version of Debian (libssl3, libssl3t64).
with_libraries() {
  local found=$(printf '%s\n' "$@" | sort -u) more
  while :; do
    more=$(apt-cache depends --important $found |
      sed -nE 's/^ +\|?(Pre)?Depends: (z?lib[^ <:]+).*/\2/p' | sort -u - <(echo "$found"))
    [ "$more" = "$found" ] && break
    found=$more
  done
  echo "$found"
}

# unpack_packages FOLDER PACKAGE…: their files and those of their libraries under FOLDER, and nothing
# else: no package is installed, no script of theirs is run. For programs that would take the place of
# one that is there.
unpack_packages() {
  local folder=$1 wanted=${*:2} fetched package part
  [ "$(cat "$folder/.packages" 2>/dev/null)" = "$wanted" ] && return 0
  echo "unpacking into $folder: $wanted" >&2
  rm -rf "$folder"
  # As on the system itself, whichever of the two a package names.
  for part in bin lib lib64 sbin; do
    mkdir -p "$folder/usr/$part"
    ln -s "usr/$part" "$folder/$part"
  done
  fetched=$(mktemp -d)
  # As root, apt would fetch as another user, who may not write here.
  as_root apt-get update -qq &&
    (cd "$fetched" && with_libraries "${@:2}" |
      xargs apt-get download -qq -o APT::Sandbox::User=root >&2) || {
    rm -rf "$fetched"
    return 1
  }
  for package in "$fetched"/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$folder"
  done
  rm -rf "$fetched"
  echo "$wanted" >"$folder/.packages"
}

BUILD_PACKAGES=(g++ cmake ninja-build pkg-config libc-ares-dev libuv1-dev libsimdjson-dev libabsl-dev
  libxxhash-dev libicu-dev libidn2-dev libpsl-dev libcli11-dev libisal-dev libzstd-dev libssl-dev
  libsqlite3-dev)
TEST_PACKAGES=(libgtest-dev libgmock-dev ccache nsd unbound dnsmasq-base dnsdist dns-root-data iproute2 nftables openssl python3 git
  strace clang-format-19 sqlite3 systemd shellcheck)
# Of mail servers Debian lets one be installed; the tests want three, beside the machine's own. So
# they are unpacked, with every library that they load, into a tree that they are run in.
MAIL_PACKAGES=(postfix exim4-daemon-light opensmtpd endlessh)
# Installed, it would replace /etc/resolv.conf.
NAME_SERVER_PACKAGES=(systemd-resolved)
BENCH_PACKAGES=(libbenchmark-dev dnsmasq-base dnsdist dnsperf nsd unbound dns-root-data zstd python3)
FUZZ_PACKAGES=(clang libclang-rt-dev)
