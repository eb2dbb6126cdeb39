#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Killing sfcctl in the middle of its work changes nothing for the packets.
source "$(dirname "$0")/../support/netns.sh"

count=20000
ns_topology
ns_host_routes
ns_load fw --vnf kernel
nsenter --net="/run/netns/$ns_prefix-host" sfcctl stats "$(ns_proxy fw)" --watch >/dev/null 2>&1 &
watcher=$!
disown $watcher # so that the shell says nothing of its end
(sleep 0.3 && kill -KILL $watcher) &
ns_traffic $count --rate 20000
check "sfcctl still running" "$(kill -0 $watcher 2>/dev/null && echo yes || echo no)" = no
check_received 0
check_counters fw rx_stripped=$count tx_restored=$count tx_pass_miss=0
ns_verdict
