# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
# Sourced by ./demo and ./test: the packages that building and testing need, and how to build. This is the only list.

sfc_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
sfc_build=${SFC_BUILD_DIR:-$sfc_root/build}

sfc_packages=(
  # building
  cmake g++ ninja-build pkg-config
  antlr4 libantlr4-runtime-dev
  clang-19 libclang-19-dev llvm-19-dev libclang-cpp19-dev
  libbpf-dev libelf-dev zlib1g-dev
  libfmt-dev nlohmann-json3-dev libcli11-dev
  # checking
  clang-format-19 clang-tidy-19
  libgtest-dev libgmock-dev libpcap-dev tshark python3 python3-scapy
  # network namespaces
  iproute2 nftables iptables libnetfilter-queue-dev tcpdump ethtool iperf3 iputils-ping procps util-linux bpftool strace
)

# Says in one line what is missing, and stops.
sfc_stop() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# Installs those packages of the list that are missing; asks for nothing.
sfc_install() {
  local package missing=()
  for package in "${sfc_packages[@]}"; do
    [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) == ii* ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || sfc_stop "this is no Debian; the equivalents of these packages are missing: ${missing[*]}"
  [[ $(id -u) -eq 0 ]] || sfc_stop "not root, so cannot install what is missing: apt-get install ${missing[*]}"
  echo "installing: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  local log
  log=$(mktemp)
  if ! { apt-get update -q && apt-get install -qy --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    sfc_stop "could not install: ${missing[*]}"
  fi
  rm -f "$log"
}

# Stops unless network namespaces and BPF programs can work here.
sfc_need_kernel() {
  [[ $(uname -s) == Linux ]] || sfc_stop "needs Linux 6.1 or later, this is $(uname -s)"
  local major minor
  IFS=.- read -r major minor _ < <(uname -r)
  ((major > 6 || (major == 6 && minor >= 1))) || sfc_stop "needs Linux 6.1 or later, this is $(uname -r)"
  [[ $(id -u) -eq 0 ]] || sfc_stop "needs root, for network namespaces and BPF"
}

# Configures and builds into $sfc_build. Arguments go to cmake.
sfc_make() {
  cmake -S "$sfc_root" -B "$sfc_build" -G Ninja -DCMAKE_BUILD_TYPE=Release "$@"
  cmake --build "$sfc_build" -j "$(nproc)"
}
