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

BUILD_PACKAGES=(g++ cmake ninja-build pkg-config libc-ares-dev libuv1-dev libsimdjson-dev libabsl-dev
  libxxhash-dev libidn2-dev libpsl-dev libcli11-dev libisal-dev libzstd-dev libssl-dev)
TEST_PACKAGES=(libgtest-dev libgmock-dev ccache nsd unbound iproute2 nftables python3 git)
FUZZ_PACKAGES=(clang libclang-rt-14-dev)
