#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Somebody listens on the ingress device in kernel mode.
#   listeners.sh route     the SF forwards IP. The kernel copies a packet of which a listener still holds a copy
#                          that shares its bytes, and the new one has no metadata: as many misses as a packet socket has
#                          taken. A ring (tcpdump) copies at once and costs nothing.
#   listeners.sh bridge    the SF forwards frames. Nothing is lost whoever listens.
source "$(dirname "$0")/../support/netns.sh"

way=${1:?route or bridge}
count=3000

# Packets through the proxy while a listener that has been started is there: counters of how many are lost.
pass_by() {
  ns_load heard --vnf kernel
  ns_traffic $count --rate 20000 --traffic tcp4,udp4,tcp6,udp6
  ns_finish listener
  check_counters heard rx_stripped=$count
  in_host sfcctl stats "$(ns_proxy heard)" >/dev/null 2>"$ns_work/hints"
  missed=$(ns_get stats counters.tx_pass_miss)
  check "misses, of packets that were received" "$(ns_get stats counters.misses_forwarded)" = "$missed"
  check "packets restored or missed" $((missed + $(ns_get stats counters.tx_restored))) = $count
  ns_unload heard
}

# check_lost COUNT: so many are lost, on kernels on which copying costs the metadata.
check_lost() {
  check "packets that are expected to be lost" "$1" -gt 0
  if [[ $(printf '%s\n' 6.19 "$(uname -r)" | sort -V | head -n 1) == 6.19 ]]; then
    check "misses while a socket listens" "$missed" -le "$1"
  else
    check "misses while a socket listens" "$missed" = "$1"
    check "hints that metadata was lost" "$(grep -c "at least $missed packets have lost" "$ns_work/hints")" = 1
  fi
}

ns_topology
[[ $way == route ]] && ns_host_routes || ns_host_bridges

ns_start listener in_host tcpdump -Z root -i in -w /dev/null
pass_by
check "misses while tcpdump listens" "$missed" = 0

# What this socket has no room for is not copied.
ns_start listener in_host python3 "$sfc_root/tests/support/listener.py" in all
pass_by
[[ $way == bridge ]] || check_lost "$(ns_get listener taken)"
[[ $way == route ]] || check "misses while a socket listens" "$missed" = 0

# One for IP alone, as it is bound to the device, comes behind IP: which gets a copy, whatever the socket does.
ns_start listener in_host python3 "$sfc_root/tests/support/listener.py" in ip
pass_by
[[ $way == bridge ]] || check_lost $(($(ns_get listener taken) + $(ns_get listener no_room)))
[[ $way == route ]] || check "misses while a socket for IP listens" "$missed" = 0

# What the host makes itself is a miss, but has lost nothing.
if [[ $way == route ]]; then
  ns_load heard --vnf kernel
  in_host ping -c 3 -i 0.05 -W 0.1 10.2.0.2 >/dev/null || true
  check_counters heard tx_pass_miss=3 misses_forwarded=0
fi
ns_verdict
