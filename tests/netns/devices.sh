#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Devices that cannot be used, and devices that go away under a loaded proxy: deleted, made anew under the same name, moved
# to another network namespace, renamed. list and show say what is really attached.
source "$(dirname "$0")/../support/netns.sh"

object=$(ns_compile sr-mpls)
name=$(ns_proxy fw)

# problem WHERE: what `list` and `show` say is wrong with a device of the proxy; "differ" if they say different things.
problem() {
  local list_code=0 show_code=0 listed shown
  in_host sfcctl list --json >"$ns_work/list.json" 2>/dev/null || list_code=$?
  in_host sfcctl show "$name" --json >"$ns_work/show.json" 2>"$ns_work/show.err" || show_code=$?
  listed=$(python3 -c 'import json, sys
for proxy in json.load(open(sys.argv[1]))["proxies"]:
    if proxy["name"] == sys.argv[2]: print(proxy["ok"], *proxy["problems"])' "$ns_work/list.json" "$name")
  shown=$(python3 -c 'import json, sys
show = json.load(open(sys.argv[1]))
print(show["ok"], *(device["problem"] for device in show["ingress"] + show["egress"] if device["problem"]))' \
    "$ns_work/show.json")
  if [[ $shown == True ]]; then
    check "exit code of show" $show_code = 0
    [[ $listed == True* ]] || listed="list says otherwise: $listed"
    echo "$listed"
    return
  fi
  check "exit code of show" $show_code = 4
  check "exit code of list" $list_code = 4
  check "the remedy" "$(grep -c "run .sfcctl unload $name. and load it again" "$ns_work/show.err")" -ge 1
  [[ $listed == *"${shown#False }"* ]] || shown="list and show differ: $listed; $shown"
  echo "$shown"
}

remake() {
  ns_cable sender eth0 $mac_sender host in $mac_in
}

ns_topology
in_host ip tuntap add tun0 mode tun
ns_proxies[fw]=host # unloaded at the end, however this goes
for roles in "tun0 out" "in tun0"; do
  # shellcheck disable=SC2086
  set -- $roles
  code=0
  in_host sfcctl load "$name" "$object" --ingress "$1" --egress "$2" >"$ns_work/load.out" 2>&1 || code=$?
  check "exit code for a device without Ethernet header" $code = 1
  check "the message about it" "$(grep -c 'device tun0: its packets have no Ethernet header' "$ns_work/load.out")" = 1
  check "XDP on the other device" "$(ip -n "$ns_prefix-host" -d link show in 2>/dev/null | grep -c prog/xdp)" = 0
done

ns_load fw
check "a sound proxy" "$(problem)" = True
ip -n "$ns_prefix-host" link set in down
ip -n "$ns_prefix-host" link set in name in7
check "a renamed device" "$(problem)" = True
check "its name" "$(in_host sfcctl show "$name" 2>/dev/null | grep -c 'ingress in7 .*XDP native')" = 1
ip -n "$ns_prefix-host" link set in7 name in
ip -n "$ns_prefix-host" link set in up
ip -n "$ns_prefix-host" link del in
check "a deleted device" "$(problem)" = "False has been deleted"
remake
check "another device of that name" "$(problem | sed 's/ifindex [0-9]*/ifindex N/')" = \
  "False has been deleted; another device has its name now (ifindex N), and nothing is attached to that device"
ns_unload fw

ns_load fw
ip -n "$ns_prefix-host" link set out netns "$ns_prefix-sender"
check "a device that moved away" "$(problem)" = "False is in another network namespace now"
ns_unload fw
ip -n "$ns_prefix-sender" link del out
ns_cable host out $mac_out receiver eth0 $mac_receiver
ns_load fw
check "a proxy that was loaded again" "$(problem)" = True
ns_verdict
