#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The books of a proxy that never comes to rest balance at every look, and exactly when it does.
source "$(dirname "$0")/../support/netns.sh"

looks=10

# busy MODE STORE: looks while packets flow all the time.
busy() {
  local i moving=0
  ns_load fw --vnf "$1" --store "$2"
  nsenter --net="/run/netns/$ns_prefix-sender" sfc-send --device eth0 --count 1000000 --rate 20000 --traffic tcp4,udp4 \
    --destination-mac "$ns_destination_mac" >/dev/null &
  ns_jobs[traffic]=$!
  sleep 1
  for ((i = 0; i < looks; i++)); do
    if ! in_host sfcctl stats "$(ns_proxy fw)" --audit --json >"$ns_work/audit.json"; then
      check "look $i at a busy proxy ($1, $2): $(cat "$ns_work/audit.json")" wrong = balanced
    fi
    [[ $(ns_get audit audit.at_rest) == True ]] || moving=$((moving + 1))
  done
  kill "${ns_jobs[traffic]}" 2>/dev/null || true
  wait "${ns_jobs[traffic]}" 2>/dev/null || true
  unset "ns_jobs[traffic]"
  sleep 0.1
  echo "$1, $2: $looks looks, packets moved at $moving of them"
  check_counters fw
  check "books at rest" "$(in_host sfcctl stats "$(ns_proxy fw)" --audit | grep -c 'moved meanwhile')" = 0
  ns_unload fw
}

ns_topology
ns_host_routes
busy kernel carry

ns_topology
ns_host_leaves_alone
ns_start vnf in_host sfc-vnf --in in --out out --delay 2 --drop 0.02
busy user slots
busy user hash
ns_finish vnf
ns_verdict
