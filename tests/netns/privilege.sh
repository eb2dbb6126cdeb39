#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Users who are not root: with ambient capabilities they load a proxy, see it and take it down; of those that are missing
# each is named. And whoever waits for somebody else is told for whom.
source "$(dirname "$0")/../support/netns.sh"

ns_topology
ns_host_routes
object=$(ns_compile sr-mpls)
captures=$sfc_root/tests/vectors
cp "$object" "$captures/mpls.pcap" "$(command -v sfcctl)" "$ns_work" # where nobody can read them
chmod a+rx "$ns_work" "$ns_work"/*
name=$(ns_proxy fw)
ns_proxies[fw]=$ns_host

# as CAPABILITIES COMMAND...: sfcctl as nobody, with these.
as() {
  local caps
  caps=-all,$(sed 's/[a-z_]*/+&/g' <<<"$1")
  in_host setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps="$caps" --ambient-caps="$caps" \
    --bounding-set="$caps" "$ns_work/sfcctl" "${@:2}"
}

# refuses WORDS CAPABILITIES COMMAND...: exit code 3, and a message with these words.
refuses() {
  local code=0
  as "${@:2}" >"$ns_work/refused" 2>&1 || code=$?
  check "exit code of: ${*:2}" "$code" = 3
  check "words of: ${*:2}: $(cat "$ns_work/refused")" "$(grep -c -- "$1" "$ns_work/refused")" = 1
}

load=(load "$name" "$ns_work/sr-mpls.bpf.o" --ingress in --egress out)
test=(test "$ns_work/sr-mpls.bpf.o" --in "$ns_work/mpls.pcap")
sfcctl list >/dev/null # root makes the directory, if nobody has yet
refuses "with CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON as well" dac_override "${load[@]}"
refuses "with CAP_PERFMON as well" bpf,net_admin,dac_override "${load[@]}"
refuses "with CAP_BPF as well" net_admin,dac_override list
refuses "with CAP_DAC_OVERRIDE as well" bpf,net_admin,perfmon "${load[@]}"
refuses "with CAP_DAC_OVERRIDE as well" bpf,net_admin list
refuses "with CAP_SYS_ADMIN as well" bpf,net_admin,perfmon "${test[@]}"
refuses "with CAP_NET_RAW as well" net_admin,sys_admin "${test[@]}" --vnf kernel

all=bpf,net_admin,perfmon,dac_override
as $all "${load[@]}"
check "proxies that are seen" "$(as $all list | grep -c "^$name .*SrMpls")" = 1
check "counters that are seen" "$(as $all stats "$name" | grep -c '^rx ')" = 1
check "a second load" "$(as $all "${load[@]}" 2>&1 | grep -c "is loaded already")" = 1
as $all unload "$name"
check "proxies after unload" "$(sfcctl list | grep -c "^$name ")" = 0
check "packets in a test" "$(as net_admin,sys_admin "${test[@]}")" = "40 packets in, 40 to the service function, 40 out"

# ---- a lock that somebody holds
ns_load fw
param() { in_host sfcctl load "$name" "$object" --ingress in --egress out; }
flock /sys/fs/bpf/sfc sleep 2.5 &
holder=$!
sleep 0.3
param >"$ns_work/waited" 2>&1 || true
wait $holder
check "words for who waits: $(cat "$ns_work/waited")" "$(grep -c "waiting for process [0-9]* (flock\|sleep)" "$ns_work/waited")" = 1
check "what came of it" "$(grep -c "is loaded already" "$ns_work/waited")" = 1
param >"$ns_work/waited" 2>&1 || true
check "words for who does not wait" "$(grep -c waiting "$ns_work/waited")" = 0
ns_verdict
