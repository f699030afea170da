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

# unpack_packages FOLDER PACKAGE…: their files under FOLDER, and nothing else: no package is installed,
# no script of theirs is run. For programs that would take the place of one that is there.
unpack_packages() {
  local folder=$1 wanted=${*:2} fetched package
  [ "$(cat "$folder/.packages" 2>/dev/null)" = "$wanted" ] && return 0
  echo "unpacking into $folder: $wanted" >&2
  rm -rf "$folder"
  mkdir -p "$folder"
  fetched=$(mktemp -d)
  # As root, apt would fetch as another user, who may not write here.
  as_root apt-get update -qq &&
    (cd "$fetched" && apt-get download -qq -o APT::Sandbox::User=root "${@:2}" >&2) || {
    rm -rf "$fetched"
    return 1
  }
  for package in "$fetched"/*.deb; do dpkg-deb -x "$package" "$folder"; done
  rm -rf "$fetched"
  echo "$wanted" >"$folder/.packages"
}

BUILD_PACKAGES=(g++ cmake ninja-build pkg-config libc-ares-dev libuv1-dev libsimdjson-dev libabsl-dev
  libxxhash-dev libicu-dev libidn2-dev libpsl-dev libcli11-dev libisal-dev libzstd-dev libssl-dev)
TEST_PACKAGES=(libgtest-dev libgmock-dev ccache nsd unbound iproute2 nftables openssl python3 git
  strace)
# Of mail servers Debian lets one be installed; the tests want three, beside the machine's own. So
# they are unpacked, with every library that they load, into a tree that they are run in.
MAIL_PACKAGES=(postfix exim4-daemon-light opensmtpd endlessh
  libaudit1 libc6 libcap-ng0 libcom-err2 libcrypt1 libdb5.3 libevent-2.1-7 libffi8 libgcc-s1 libgmp10
  libgnutls-dane0 libgnutls30 libgssapi-krb5-2 libhogweed6 libicu72 libidn12 libidn2-0 libk5crypto3
  libkeyutils1 libkrb5-3 libkrb5support0 libnettle8 libnsl2 libp11-kit0 libpam0g libpcre2-8-0
  libsasl2-2 libssl3 libstdc++6 libtasn1-6 libtirpc3 libunbound8 libunistring2 zlib1g)
FUZZ_PACKAGES=(clang libclang-rt-14-dev)
