#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What a sink says of packets that come from three hops: a record of each, with all that the hops said, as JSON and, for
# INT, as Telemetry Reports with the packet in them. Records that nobody takes are counted as lost.
#   sinks.sh PROGRAM
source "$(dirname "$0")/../support/netns.sh"

ns_program=$1
sinks="$sfc_root/tests/packets/check_sinks.py"
ns_topology
telemetry() { in_host sfcctl telemetry "$(ns_proxy sink)" "$@"; }
send() { in_sender python3 "$sinks" send "$ns_program" eth0 "${1:-1}"; }

# ---- a reader keeps up
ns_load sink --vnf kernel -P node_id=4711
ns_start records in_host sfcctl telemetry "$(ns_proxy sink)" --follow
send
ns_finish records
check "records" "$(python3 "$sinks" judge "$ns_program" "$ns_work/records.json" 2>&1 | tee /dev/stderr | grep -c ' 0 faults')" = 1
check_counters sink telemetry_lost=0
reported=$(ns_get stats counters.telemetry_reported)
check "records" "$reported" = "$(wc -l <"$ns_work/records.json")"

# ---- a collector gets reports
if [[ $ns_program == *int* ]]; then
  ns_start collected in_host python3 "$sfc_root/tests/support/reports.py" dump 32766 "$reported"
  ns_start sender in_host sfcctl telemetry "$(ns_proxy sink)" --follow --report 127.0.0.1:32766
  send
  ns_wait collected
  ns_finish sender
  check "reports" "$(python3 "$sinks" judge-reports "$ns_program" "$ns_work/collected.json" 2>&1 | tee /dev/stderr | grep -c ' 0 faults')" = 1
else
  telemetry --report 127.0.0.1:32766 >/dev/null 2>&1 && check "reports of IOAM" refused = sent
fi

# ---- nobody reads
send 200 # more than the ring buffer holds
check_counters sink
lost=$(ns_get stats counters.telemetry_lost)
check "lost" "$lost" -gt 0
total=$((lost + $(ns_get stats counters.telemetry_reported)))
check "reported and lost" $((total % reported)) = 0
check "records that waited" "$(telemetry | wc -l)" -gt 0
ns_unload sink
ns_verdict
