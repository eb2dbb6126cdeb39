/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Ports in keys. A packet has been stored under the device by which it came to ingress. When it returns it has come by
 * a device of the SF: sfc_ports says for which ingress device that stands. A device that is not there stands for
 * itself.
 */
SFC_MAP struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, SFC_PORTS);
  __type(key, __u32);
  __type(value, __u32);
} sfc_ports;

static __always_inline __u32 sfc_portOf(__u32 ifindex) {
  const __u32* port = bpf_map_lookup_elem(&sfc_ports, &ifindex);
  return port ? *port : ifindex;
}
