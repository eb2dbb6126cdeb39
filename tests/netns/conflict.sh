#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Loading a second time is a conflict, by name and by device, and leaves the first proxy as it was.
source "$(dirname "$0")/../support/netns.sh"

count=2000
ns_topology
ns_host_routes
ns_load fw --vnf kernel

code=0
ns_try_load fw --ingress in --egress out || code=$?
check "exit code for a name that is taken" $code = 5
check "lines of the message" "$(wc -l <"$ns_work/load.out")" = 1

code=0
ns_try_load other --ingress in --egress out || code=$?
check "exit code for a device that has a proxy" $code = 5
check "lines of the message" "$(wc -l <"$ns_work/load.out")" = 1

code=0
in_host sfcctl stats "$(ns_proxy other)" >/dev/null 2>&1 || code=$?
check "exit code for a proxy that is not loaded" $code = 4

ns_traffic $count --rate 50000
check_received 0
check_counters fw rx_stripped=$count tx_restored=$count
ns_verdict
