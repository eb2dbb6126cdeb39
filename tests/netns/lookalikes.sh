#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Packets that cannot be told apart come back oldest first, with the labels that arrived in that order: bursts of 16
# equal acknowledgements and of 16 equal IPv6/UDP datagrams, all of a burst in the SF at once; then as many as
# the cache has entries, and many more than that of which as many wait as the SF takes long.
source "$(dirname "$0")/../support/netns.sh"

# The entries live so long that a busy machine does not matter.
ns_compile() {
  sed 's/lifetime 1s/lifetime 60s/' "$sfc_root/programs/$1.sfc" >"$ns_work/$1.sfc"
  sfcc "$ns_work/$1.sfc" -o "$ns_work" >&2 || ns_stop "cannot compile $1.sfc"
  echo "$ns_work/$1.bpf.o"
}

ns_topology
ns_host_leaves_alone
ns_load slow --vnf user
stripped=0

# burst COUNT IDENTICAL DELAY RATE TRAFFIC: all come back in order.
burst() {
  ns_start vnf in_host sfc-vnf --in in --out out --delay "$3"
  ns_traffic "$1" --rate "$4" --identical "$2" --traffic "$5" -- --identical "$2"
  ns_finish vnf
  check "frames for which the SF had no room" "$(ns_get vnf overrun)" = 0
  check_received 0
  stripped=$((stripped + $1))
  check_counters slow rx_stripped=$stripped tx_restored=$stripped tx_pass_miss=0 rx_drop_cache_full=0 expired=0 live=0
}

burst 3200 16 5 20000 tcp4,udp6
burst 200 200 100 0 udp4
burst 10000 10000 700 0 udp4
burst 30000 30000 100 10000 tcp4
ns_verdict
