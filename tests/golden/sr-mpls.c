static __always_inline __u32 spec_parseIngress(struct xdp_md *ctx, struct sfc_packet *p, struct sfc_counters *c, const int keyed) {
  void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
  __u8 *at = data;
  __u64 cursor = 0, limit __maybe_unused = SFC_NO_LIMIT;
  __u32 valid __maybe_unused = 0;
  __u8 *h_mac __maybe_unused = 0;
  __u64 o_mac __maybe_unused = 0, l_mac __maybe_unused = 0;
  __u32 n_mac __maybe_unused = 0;
  __u8 *h_tags __maybe_unused = 0;
  __u64 o_tags __maybe_unused = 0, l_tags __maybe_unused = 0;
  __u32 n_tags __maybe_unused = 0;
  __u8 *h_ether __maybe_unused = 0;
  __u64 o_ether __maybe_unused = 0, l_ether __maybe_unused = 0;
  __u32 n_ether __maybe_unused = 0;
  __u8 *h_tcp __maybe_unused = 0;
  __u64 o_tcp __maybe_unused = 0, l_tcp __maybe_unused = 0;
  __u32 n_tcp __maybe_unused = 0;
  __u8 *h_timestamp __maybe_unused = 0;
  __u64 o_timestamp __maybe_unused = 0, l_timestamp __maybe_unused = 0;
  __u32 n_timestamp __maybe_unused = 0;
  __u8 *h_udp __maybe_unused = 0;
  __u64 o_udp __maybe_unused = 0, l_udp __maybe_unused = 0;
  __u32 n_udp __maybe_unused = 0;
  __u8 *h_icmp __maybe_unused = 0;
  __u64 o_icmp __maybe_unused = 0, l_icmp __maybe_unused = 0;
  __u32 n_icmp __maybe_unused = 0;
  __u8 *h_sctp __maybe_unused = 0;
  __u64 o_sctp __maybe_unused = 0, l_sctp __maybe_unused = 0;
  __u32 n_sctp __maybe_unused = 0;
  __u8 *h_esp __maybe_unused = 0;
  __u64 o_esp __maybe_unused = 0, l_esp __maybe_unused = 0;
  __u32 n_esp __maybe_unused = 0;
  __u8 *h_ah __maybe_unused = 0;
  __u64 o_ah __maybe_unused = 0, l_ah __maybe_unused = 0;
  __u32 n_ah __maybe_unused = 0;
  __u8 *h_ipv4 __maybe_unused = 0;
  __u64 o_ipv4 __maybe_unused = 0, l_ipv4 __maybe_unused = 0;
  __u32 n_ipv4 __maybe_unused = 0;
  __u8 *h_ipv6 __maybe_unused = 0;
  __u64 o_ipv6 __maybe_unused = 0, l_ipv6 __maybe_unused = 0;
  __u32 n_ipv6 __maybe_unused = 0;
  __u8 *h_ext __maybe_unused = 0;
  __u64 o_ext __maybe_unused = 0, l_ext __maybe_unused = 0;
  __u32 n_ext __maybe_unused = 0;
  __u8 *h_fragment __maybe_unused = 0;
  __u64 o_fragment __maybe_unused = 0, l_fragment __maybe_unused = 0;
  __u32 n_fragment __maybe_unused = 0;
  __u8 *h_labels __maybe_unused = 0;
  __u64 o_labels __maybe_unused = 0, l_labels __maybe_unused = 0;
  __u32 n_labels __maybe_unused = 0;
  __u64 v0 __maybe_unused = 0;
  __u64 v1 __maybe_unused = 0;
  goto node_0;
#line 30 "programs/std/ethernet.sfc"
  node_0: __maybe_unused; {  // start
#line 31 "programs/std/ethernet.sfc"
    if (unlikely(n_mac >= 1)) return 26;
    if (unlikely(at + 12 > (__u8 *)end)) return 25;
    h_mac = at;
    if (!n_mac) o_mac = cursor;
    l_mac = cursor;
    n_mac++;
    at += 12;
    cursor += 12;
    goto node_1;
  }
#line 35 "programs/std/ethernet.sfc"
  node_1: __maybe_unused; {  // tag_or_type
    __u8 *ahead = at;
    if (unlikely(at + 2 > (__u8 *)end)) return 28;
    __u64 key0 = ((sfc_be16(ahead + 0) >> 0) & 0xffffULL);
    if (key0 == 0x8100ULL) {
      goto node_2;
    }
    if (key0 == 0x88a8ULL) {
      goto node_2;
    }
    cursor = sfc_forget(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) return 24;
    at = data + cursor;
    goto node_3;
  }
#line 43 "programs/std/ethernet.sfc"
  node_2: __maybe_unused; {  // tag
#line 44 "programs/std/ethernet.sfc"
    if (unlikely(n_tags >= 2)) return 30;
    if (unlikely(at + 4 > (__u8 *)end)) return 29;
    h_tags = at;
    if (!n_tags) o_tags = cursor;
    l_tags = cursor;
    n_tags++;
    at += 4;
    cursor += 4;
    if (keyed && n_tags == 1) {
      valid |= 0x1;
      p->key[0] |= (sfc_load16(h_tags + 2) & 0xff0fULL) << 32;
    }
    if (keyed && n_tags == 2) {
      valid |= 0x2;
      p->key[0] |= (sfc_load16(h_tags + 2) & 0xff0fULL) << 48;
    }
    goto node_1;
  }
#line 48 "programs/std/ethernet.sfc"
  node_3: __maybe_unused; {  // type
#line 49 "programs/std/ethernet.sfc"
    if (unlikely(n_ether >= 1)) return 33;
    if (unlikely(at + 2 > (__u8 *)end)) return 32;
    h_ether = at;
    if (!n_ether) o_ether = cursor;
    l_ether = cursor;
    n_ether++;
    at += 2;
    cursor += 2;
    goto node_4;
  }
#line 28 "programs/std/mpls.sfc"
  node_4: __maybe_unused; {  // network
    __u8 *look_ether_0 = n_ether ? sfc_at(data, end, l_ether, 2) : 0;
    __u64 key0 = (look_ether_0 ? ((sfc_be16(look_ether_0 + 0) >> 0) & 0xffffULL) : 0);
    if (key0 == 0x8847ULL) {
      p->strip_at = cursor;
      p->hidden_at = l_ether + 0;
      goto node_5;
    }
    if (key0 == 0x8848ULL) {
      p->strip_at = cursor;
      p->hidden_at = l_ether + 0;
      goto node_5;
    }
    if (key0 == 0x800ULL) {
      return 1;
    }
    if (key0 == 0x86ddULL) {
      return 1;
    }
    return 1;
  }
#line 38 "programs/std/mpls.sfc"
  node_5: __maybe_unused; {  // stack_inside
#line 39 "programs/std/mpls.sfc"
    if (unlikely(n_labels >= 16)) return 37;
    if (unlikely(at + 4 > (__u8 *)end)) return 36;
    h_labels = at;
    if (!n_labels) o_labels = cursor;
    l_labels = cursor;
    n_labels++;
    at += 4;
    cursor += 4;
    __u64 key0 = ((sfc_load8(h_labels + 2) >> 0) & 0x1ULL);
    if (key0 == 0x0ULL) {
      goto node_5;
    }
    if (key0 == 0x1ULL) {
      cursor = sfc_forget(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) return 24;
      at = data + cursor;
      p->strip_length = cursor - p->strip_at;
#line 8 "programs/sr-mpls.sfc"
      {
        __u8 *look_labels_0 = n_labels > 0 ? sfc_at(data, end, o_labels + 0, 4) : 0;
        if (unlikely(!(__u64)((__u64)((__s64)(look_labels_0 ? ((sfc_be32(look_labels_0 + 0) >> 12) & 0xfffffULL) : 0) != (__s64)0x1ULL) && (__u64)((__s64)(look_labels_0 ? ((sfc_be32(look_labels_0 + 0) >> 12) & 0xfffffULL) : 0) != (__s64)0xeULL)))) return 1;
      }
#line 9 "programs/sr-mpls.sfc"
      {
        __u8 *look_labels_0 = n_labels > 0 ? sfc_at(data, end, o_labels + 0, 4) : 0;
        if (unlikely(!(__u64)((__s64)(look_labels_0 ? ((sfc_load8(look_labels_0 + 3) >> 0) & 0xffULL) : 0) > (__s64)0x1ULL))) return 85;
      }
      goto node_6;
    }
    return 38;
  }
#line 46 "programs/std/mpls.sfc"
  node_6: __maybe_unused; {  // inner_inside
    __u8 *ahead = at;
    if (unlikely(at + 1 > (__u8 *)end)) return 39;
    __u64 key0 = ((sfc_load8(ahead + 0) >> 4) & 0xfULL);
    if (key0 == 0x4ULL) {
      p->hidden_value = 0x800;
      goto node_7;
    }
    if (key0 == 0x6ULL) {
      p->hidden_value = 0x86dd;
      goto node_8;
    }
    return 40;
  }
#line 71 "programs/std/ip.sfc"
  node_7: __maybe_unused; {  // ipv4_after
#line 72 "programs/std/ip.sfc"
    if (unlikely(n_ipv4 >= 1)) return 42;
    if (unlikely(at + 20 > (__u8 *)end)) return 41;
    h_ipv4 = at;
    if (!n_ipv4) o_ipv4 = cursor;
    l_ipv4 = cursor;
    n_ipv4++;
    at += 20;
    cursor += 20;
    {
      __u64 bits = (0x20ULL * (((sfc_load8(h_ipv4 + 0) >> 0) & 0xfULL) - 0x5ULL));
      if (unlikely(bits > 320 || bits & 7)) return 41;
      at += (bits >> 3);
      cursor += (bits >> 3);
      if (unlikely(at + 0 > (__u8 *)end)) return 41;
    }
    if (keyed) {
      valid |= 0x200;
      p->key[4] = (sfc_load64(h_ipv4 + 4) & 0xff00ff3fffffULL);
      p->key[5] = sfc_load64(h_ipv4 + 12);
    }
#line 73 "programs/std/ip.sfc"
    {
      if (unlikely(!(__u64)((__s64)((sfc_load8(h_ipv4 + 0) >> 4) & 0xfULL) == (__s64)0x4ULL))) return 43;
    }
#line 74 "programs/std/ip.sfc"
    {
      __u64 bytes = (((sfc_be16(h_ipv4 + 2) >> 0) & 0xffffULL) - (0x4ULL * ((sfc_load8(h_ipv4 + 0) >> 0) & 0xfULL)));
      if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) return 44;
      limit = cursor + bytes;
      if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, SFC_INGRESS))) return 44;
    }
#line 75 "programs/std/ip.sfc"
    {
      v0 = ((sfc_load8(h_ipv4 + 9) >> 0) & 0xffULL) & 0xffULL;
    }
    __u64 key0 = ((sfc_be16(h_ipv4 + 6) >> 0) & 0x1fffULL);
    if (key0 == 0x0ULL) {
      goto node_9;
    }
    goto accept;
  }
#line 82 "programs/std/ip.sfc"
  node_8: __maybe_unused; {  // ipv6_after
#line 83 "programs/std/ip.sfc"
    if (unlikely(n_ipv6 >= 1)) return 48;
    if (unlikely(at + 40 > (__u8 *)end)) return 47;
    h_ipv6 = at;
    if (!n_ipv6) o_ipv6 = cursor;
    l_ipv6 = cursor;
    n_ipv6++;
    at += 40;
    cursor += 40;
    if (keyed) {
      valid |= 0x400;
      p->key[4] = (sfc_load64(h_ipv6 + 1) & 0xff0000ffff0fULL);
      p->key[5] = sfc_load64(h_ipv6 + 8);
      p->key[6] = sfc_load64(h_ipv6 + 16);
      p->key[7] = sfc_load64(h_ipv6 + 24);
      p->key[8] = sfc_load64(h_ipv6 + 32);
    }
#line 84 "programs/std/ip.sfc"
    {
      if (unlikely(!(__u64)((__s64)((sfc_load8(h_ipv6 + 0) >> 4) & 0xfULL) == (__s64)0x6ULL))) return 49;
    }
#line 85 "programs/std/ip.sfc"
    {
      __u64 bytes = ((sfc_be16(h_ipv6 + 4) >> 0) & 0xffffULL);
      if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) return 50;
      limit = cursor + bytes;
      if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, SFC_INGRESS))) return 50;
    }
#line 86 "programs/std/ip.sfc"
    {
      v0 = ((sfc_load8(h_ipv6 + 6) >> 0) & 0xffULL) & 0xffULL;
    }
    goto node_10;
  }
#line 116 "programs/std/ip.sfc"
  node_9: __maybe_unused; {  // transport_after
    __u64 key0 = v0;
    if (key0 == 0x6ULL) {
      goto node_11;
    }
    if (key0 == 0x11ULL) {
      goto node_12;
    }
    if (key0 == 0x1ULL) {
      goto node_13;
    }
    if (key0 == 0x3aULL) {
      goto node_13;
    }
    if (key0 == 0x84ULL) {
      goto node_14;
    }
    if (key0 == 0x32ULL) {
      goto node_15;
    }
    if (key0 == 0x33ULL) {
      goto node_16;
    }
    goto accept;
  }
#line 90 "programs/std/ip.sfc"
  node_10: __maybe_unused; {  // ipv6_next_after
    __u64 key0 = v0;
    if (key0 == 0x0ULL) {
      goto node_17;
    }
    if (key0 == 0x2bULL) {
      goto node_17;
    }
    if (key0 == 0x3cULL) {
      goto node_17;
    }
    if (key0 == 0x87ULL) {
      goto node_17;
    }
    if (key0 == 0x2cULL) {
      goto node_18;
    }
    cursor = sfc_forget(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) return 24;
    at = data + cursor;
    goto node_9;
  }
#line 67 "programs/std/transport.sfc"
  node_11: __maybe_unused; {  // tcp_after
#line 68 "programs/std/transport.sfc"
    if (unlikely(n_tcp >= 1)) return 56;
    if (unlikely(at + 20 > (__u8 *)end || cursor + 20 > limit)) return 55;
    h_tcp = at;
    if (!n_tcp) o_tcp = cursor;
    l_tcp = cursor;
    n_tcp++;
    at += 20;
    cursor += 20;
    if (keyed) {
      valid |= 0x4;
      p->key[1] = sfc_load64(h_tcp + 0);
      p->key[2] = (sfc_load64(h_tcp + 8) & 0x3f00ffffffffULL);
    }
    __u64 key0 = ((sfc_load8(h_tcp + 12) >> 4) & 0xfULL);
    if ((key0 >= 0x8ULL && key0 <= 0xfULL)) {
      goto node_19;
    }
    goto accept;
  }
#line 87 "programs/std/transport.sfc"
  node_12: __maybe_unused; {  // udp_after
#line 88 "programs/std/transport.sfc"
    if (unlikely(n_udp >= 1)) return 59;
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) return 58;
    h_udp = at;
    if (!n_udp) o_udp = cursor;
    l_udp = cursor;
    n_udp++;
    at += 8;
    cursor += 8;
    if (keyed) {
      valid |= 0x10;
      p->key[2] = (sfc_load64(h_udp + 0) & 0xffffffffffffULL);
    }
    goto accept;
  }
#line 92 "programs/std/transport.sfc"
  node_13: __maybe_unused; {  // icmp_after
#line 93 "programs/std/transport.sfc"
    if (unlikely(n_icmp >= 1)) return 62;
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) return 61;
    h_icmp = at;
    if (!n_icmp) o_icmp = cursor;
    l_icmp = cursor;
    n_icmp++;
    at += 8;
    cursor += 8;
    if (keyed) {
      valid |= 0x20;
      p->key[2] = (sfc_load64(h_icmp + 0) & 0xffffffff0000ffffULL);
    }
    goto accept;
  }
#line 97 "programs/std/transport.sfc"
  node_14: __maybe_unused; {  // sctp_after
#line 98 "programs/std/transport.sfc"
    if (unlikely(n_sctp >= 1)) return 65;
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) return 64;
    h_sctp = at;
    if (!n_sctp) o_sctp = cursor;
    l_sctp = cursor;
    n_sctp++;
    at += 12;
    cursor += 12;
    if (keyed) {
      valid |= 0x40;
      p->key[2] = sfc_load64(h_sctp + 0);
    }
    goto accept;
  }
#line 102 "programs/std/transport.sfc"
  node_15: __maybe_unused; {  // esp_after
#line 103 "programs/std/transport.sfc"
    if (unlikely(n_esp >= 1)) return 68;
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) return 67;
    h_esp = at;
    if (!n_esp) o_esp = cursor;
    l_esp = cursor;
    n_esp++;
    at += 8;
    cursor += 8;
    if (keyed) {
      valid |= 0x80;
      p->key[2] = sfc_load64(h_esp + 0);
    }
    goto accept;
  }
#line 107 "programs/std/transport.sfc"
  node_16: __maybe_unused; {  // ah_after
#line 108 "programs/std/transport.sfc"
    if (unlikely(n_ah >= 1)) return 71;
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) return 70;
    h_ah = at;
    if (!n_ah) o_ah = cursor;
    l_ah = cursor;
    n_ah++;
    at += 12;
    cursor += 12;
    if (keyed) {
      valid |= 0x100;
      p->key[2] = sfc_load64(h_ah + 4);
    }
    goto accept;
  }
#line 101 "programs/std/ip.sfc"
  node_17: __maybe_unused; {  // ipv6_ext_after
#line 102 "programs/std/ip.sfc"
    if (unlikely(n_ext >= 8)) return 74;
    if (unlikely(at + 2 > (__u8 *)end || cursor + 2 > limit)) return 73;
    h_ext = at;
    if (!n_ext) o_ext = cursor;
    l_ext = cursor;
    n_ext++;
    at += 2;
    cursor += 2;
    {
      __u64 bits = ((0x40ULL * ((sfc_load8(h_ext + 1) >> 0) & 0xffULL)) + 0x30ULL);
      if (unlikely(bits > 16368 || bits & 7)) return 73;
      at += (bits >> 3);
      cursor += (bits >> 3);
      if (unlikely(at + 0 > (__u8 *)end || cursor + 0 > limit)) return 73;
    }
#line 103 "programs/std/ip.sfc"
    {
      v0 = ((sfc_load8(h_ext + 0) >> 0) & 0xffULL) & 0xffULL;
    }
    goto node_10;
  }
#line 107 "programs/std/ip.sfc"
  node_18: __maybe_unused; {  // ipv6_fragment_after
#line 108 "programs/std/ip.sfc"
    if (unlikely(n_fragment >= 1)) return 78;
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) return 77;
    h_fragment = at;
    if (!n_fragment) o_fragment = cursor;
    l_fragment = cursor;
    n_fragment++;
    at += 8;
    cursor += 8;
    if (keyed) {
      valid |= 0x800;
      p->key[9] = (sfc_load64(h_fragment + 0) & 0xfffffffff9ff00ffULL);
    }
#line 109 "programs/std/ip.sfc"
    {
      v0 = ((sfc_load8(h_fragment + 0) >> 0) & 0xffULL) & 0xffULL;
    }
    __u64 key0 = ((sfc_be16(h_fragment + 2) >> 3) & 0x1fffULL);
    if (key0 == 0x0ULL) {
      goto node_10;
    }
    cursor = sfc_forget(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) return 24;
    at = data + cursor;
    goto accept;
  }
#line 75 "programs/std/transport.sfc"
  node_19: __maybe_unused; {  // tcp_options_after
    __u8 *ahead = at;
    if (unlikely(at + 4 > (__u8 *)end || cursor + 4 > limit)) return 81;
    __u64 key0 = ((sfc_be32(ahead + 0) >> 0) & 0xffffffffULL);
    if (key0 == 0x101080aULL) {
      goto node_20;
    }
    goto accept;
  }
#line 82 "programs/std/transport.sfc"
  node_20: __maybe_unused; {  // tcp_timestamp_after
#line 83 "programs/std/transport.sfc"
    if (unlikely(n_timestamp >= 1)) return 83;
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) return 82;
    h_timestamp = at;
    if (!n_timestamp) o_timestamp = cursor;
    l_timestamp = cursor;
    n_timestamp++;
    at += 12;
    cursor += 12;
    if (keyed) {
      valid |= 0x8;
      p->key[3] = sfc_load64(h_timestamp + 4);
    }
    goto accept;
  }
  accept: __maybe_unused; {
    cursor = sfc_forget(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) return 24;
    if (keyed) {
      valid = sfc_forget(c, valid);
      p->key[0] |= valid;
      if (!n_tcp) {
        limit = sfc_forget(c, limit);
        if (limit == SFC_NO_LIMIT) limit = sfc_frameLength(ctx, SFC_INGRESS);
        p->key[1] = sfc_digest(ctx, SFC_INGRESS, data, end, cursor, limit);
      }
      p->key_words = 1;
      if (!n_tcp) p->key_words = 2;
      if (valid & 0x4 || valid & 0x10 || valid & 0x20 || valid & 0x40 || valid & 0x80 || valid & 0x100) p->key_words = 3;
      if (valid & 0x8) p->key_words = 4;
      if (valid & 0x200) p->key_words = 6;
      if (valid & 0x400) p->key_words = 9;
      if (valid & 0x800) p->key_words = 10;
      p->key_words = sfc_forget(c, p->key_words);
    }
    return 0;
  }
}

static __always_inline __u32 spec_parseEgress(struct __sk_buff *ctx, struct sfc_packet *p, struct sfc_counters *c, const int keyed) {
  void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
  __u8 *at = data;
  __u64 cursor = 0, limit __maybe_unused = SFC_NO_LIMIT;
  __u32 valid __maybe_unused = 0;
  __u8 *h_mac __maybe_unused = 0;
  __u64 o_mac __maybe_unused = 0, l_mac __maybe_unused = 0;
  __u32 n_mac __maybe_unused = 0;
  __u8 *h_tags __maybe_unused = 0;
  __u64 o_tags __maybe_unused = 0, l_tags __maybe_unused = 0;
  __u32 n_tags __maybe_unused = 0;
  __u8 *h_ether __maybe_unused = 0;
  __u64 o_ether __maybe_unused = 0, l_ether __maybe_unused = 0;
  __u32 n_ether __maybe_unused = 0;
  __u8 *h_tcp __maybe_unused = 0;
  __u64 o_tcp __maybe_unused = 0, l_tcp __maybe_unused = 0;
  __u32 n_tcp __maybe_unused = 0;
  __u8 *h_timestamp __maybe_unused = 0;
  __u64 o_timestamp __maybe_unused = 0, l_timestamp __maybe_unused = 0;
  __u32 n_timestamp __maybe_unused = 0;
  __u8 *h_udp __maybe_unused = 0;
  __u64 o_udp __maybe_unused = 0, l_udp __maybe_unused = 0;
  __u32 n_udp __maybe_unused = 0;
  __u8 *h_icmp __maybe_unused = 0;
  __u64 o_icmp __maybe_unused = 0, l_icmp __maybe_unused = 0;
  __u32 n_icmp __maybe_unused = 0;
  __u8 *h_sctp __maybe_unused = 0;
  __u64 o_sctp __maybe_unused = 0, l_sctp __maybe_unused = 0;
  __u32 n_sctp __maybe_unused = 0;
  __u8 *h_esp __maybe_unused = 0;
  __u64 o_esp __maybe_unused = 0, l_esp __maybe_unused = 0;
  __u32 n_esp __maybe_unused = 0;
  __u8 *h_ah __maybe_unused = 0;
  __u64 o_ah __maybe_unused = 0, l_ah __maybe_unused = 0;
  __u32 n_ah __maybe_unused = 0;
  __u8 *h_ipv4 __maybe_unused = 0;
  __u64 o_ipv4 __maybe_unused = 0, l_ipv4 __maybe_unused = 0;
  __u32 n_ipv4 __maybe_unused = 0;
  __u8 *h_ipv6 __maybe_unused = 0;
  __u64 o_ipv6 __maybe_unused = 0, l_ipv6 __maybe_unused = 0;
  __u32 n_ipv6 __maybe_unused = 0;
  __u8 *h_ext __maybe_unused = 0;
  __u64 o_ext __maybe_unused = 0, l_ext __maybe_unused = 0;
  __u32 n_ext __maybe_unused = 0;
  __u8 *h_fragment __maybe_unused = 0;
  __u64 o_fragment __maybe_unused = 0, l_fragment __maybe_unused = 0;
  __u32 n_fragment __maybe_unused = 0;
  __u8 *h_labels __maybe_unused = 0;
  __u64 o_labels __maybe_unused = 0, l_labels __maybe_unused = 0;
  __u32 n_labels __maybe_unused = 0;
  __u64 v0 __maybe_unused = 0;
  __u64 v1 __maybe_unused = 0;
  goto node_0;
#line 30 "programs/std/ethernet.sfc"
  node_0: __maybe_unused; {  // start
#line 31 "programs/std/ethernet.sfc"
    if (unlikely(n_mac >= 1)) return 5;
    if (unlikely(at + 12 > (__u8 *)end)) return 5;
    h_mac = at;
    if (!n_mac) o_mac = cursor;
    l_mac = cursor;
    n_mac++;
    at += 12;
    cursor += 12;
    goto node_1;
  }
#line 35 "programs/std/ethernet.sfc"
  node_1: __maybe_unused; {  // tag_or_type
    __u8 *ahead = at;
    if (unlikely(at + 2 > (__u8 *)end)) return 5;
    __u64 key0 = ((sfc_be16(ahead + 0) >> 0) & 0xffffULL);
    if (key0 == 0x8100ULL) {
      goto node_2;
    }
    if (key0 == 0x88a8ULL) {
      goto node_2;
    }
    cursor = sfc_forget(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) return 5;
    at = data + cursor;
    goto node_3;
  }
#line 43 "programs/std/ethernet.sfc"
  node_2: __maybe_unused; {  // tag
#line 44 "programs/std/ethernet.sfc"
    if (unlikely(n_tags >= 2)) return 5;
    if (unlikely(at + 4 > (__u8 *)end)) return 5;
    h_tags = at;
    if (!n_tags) o_tags = cursor;
    l_tags = cursor;
    n_tags++;
    at += 4;
    cursor += 4;
    if (keyed && n_tags == 1) {
      valid |= 0x1;
      p->key[0] |= (sfc_load16(h_tags + 2) & 0xff0fULL) << 32;
    }
    if (keyed && n_tags == 2) {
      valid |= 0x2;
      p->key[0] |= (sfc_load16(h_tags + 2) & 0xff0fULL) << 48;
    }
    goto node_1;
  }
#line 48 "programs/std/ethernet.sfc"
  node_3: __maybe_unused; {  // type
#line 49 "programs/std/ethernet.sfc"
    if (unlikely(n_ether >= 1)) return 5;
    if (unlikely(at + 2 > (__u8 *)end)) return 5;
    h_ether = at;
    if (!n_ether) o_ether = cursor;
    l_ether = cursor;
    n_ether++;
    at += 2;
    cursor += 2;
    goto node_4;
  }
#line 28 "programs/std/mpls.sfc"
  node_4: __maybe_unused; {  // network
    __u8 *look_ether_0 = n_ether ? sfc_at(data, end, l_ether, 2) : 0;
    __u64 key0 = (look_ether_0 ? ((sfc_be16(look_ether_0 + 0) >> 0) & 0xffffULL) : 0);
    if (key0 == 0x8847ULL) {
      return 5;
    }
    if (key0 == 0x8848ULL) {
      return 5;
    }
    if (key0 == 0x800ULL) {
      p->strip_at = cursor;
      p->hidden_at = l_ether + 0;
      if (!keyed) return 0;
      goto node_5;
    }
    if (key0 == 0x86ddULL) {
      p->strip_at = cursor;
      p->hidden_at = l_ether + 0;
      if (!keyed) return 0;
      goto node_6;
    }
    return 5;
  }
#line 71 "programs/std/ip.sfc"
  node_5: __maybe_unused; {  // ipv4_after
#line 72 "programs/std/ip.sfc"
    if (unlikely(n_ipv4 >= 1)) return 5;
    if (unlikely(at + 20 > (__u8 *)end)) return 5;
    h_ipv4 = at;
    if (!n_ipv4) o_ipv4 = cursor;
    l_ipv4 = cursor;
    n_ipv4++;
    at += 20;
    cursor += 20;
    {
      __u64 bits = (0x20ULL * (((sfc_load8(h_ipv4 + 0) >> 0) & 0xfULL) - 0x5ULL));
      if (unlikely(bits > 320 || bits & 7)) return 5;
      at += (bits >> 3);
      cursor += (bits >> 3);
      if (unlikely(at + 0 > (__u8 *)end)) return 5;
    }
    if (keyed) {
      valid |= 0x200;
      p->key[4] = (sfc_load64(h_ipv4 + 4) & 0xff00ff3fffffULL);
      p->key[5] = sfc_load64(h_ipv4 + 12);
    }
#line 73 "programs/std/ip.sfc"
    {
      if (unlikely(!(__u64)((__s64)((sfc_load8(h_ipv4 + 0) >> 4) & 0xfULL) == (__s64)0x4ULL))) return 5;
    }
#line 74 "programs/std/ip.sfc"
    {
      __u64 bytes = (((sfc_be16(h_ipv4 + 2) >> 0) & 0xffffULL) - (0x4ULL * ((sfc_load8(h_ipv4 + 0) >> 0) & 0xfULL)));
      if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) return 5;
      limit = cursor + bytes;
      if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, SFC_EGRESS))) return 5;
    }
#line 75 "programs/std/ip.sfc"
    {
      v0 = ((sfc_load8(h_ipv4 + 9) >> 0) & 0xffULL) & 0xffULL;
    }
    __u64 key0 = ((sfc_be16(h_ipv4 + 6) >> 0) & 0x1fffULL);
    if (key0 == 0x0ULL) {
      goto node_7;
    }
    goto accept;
  }
#line 82 "programs/std/ip.sfc"
  node_6: __maybe_unused; {  // ipv6_after
#line 83 "programs/std/ip.sfc"
    if (unlikely(n_ipv6 >= 1)) return 5;
    if (unlikely(at + 40 > (__u8 *)end)) return 5;
    h_ipv6 = at;
    if (!n_ipv6) o_ipv6 = cursor;
    l_ipv6 = cursor;
    n_ipv6++;
    at += 40;
    cursor += 40;
    if (keyed) {
      valid |= 0x400;
      p->key[4] = (sfc_load64(h_ipv6 + 1) & 0xff0000ffff0fULL);
      p->key[5] = sfc_load64(h_ipv6 + 8);
      p->key[6] = sfc_load64(h_ipv6 + 16);
      p->key[7] = sfc_load64(h_ipv6 + 24);
      p->key[8] = sfc_load64(h_ipv6 + 32);
    }
#line 84 "programs/std/ip.sfc"
    {
      if (unlikely(!(__u64)((__s64)((sfc_load8(h_ipv6 + 0) >> 4) & 0xfULL) == (__s64)0x6ULL))) return 5;
    }
#line 85 "programs/std/ip.sfc"
    {
      __u64 bytes = ((sfc_be16(h_ipv6 + 4) >> 0) & 0xffffULL);
      if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) return 5;
      limit = cursor + bytes;
      if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, SFC_EGRESS))) return 5;
    }
#line 86 "programs/std/ip.sfc"
    {
      v0 = ((sfc_load8(h_ipv6 + 6) >> 0) & 0xffULL) & 0xffULL;
    }
    goto node_8;
  }
#line 116 "programs/std/ip.sfc"
  node_7: __maybe_unused; {  // transport_after
    __u64 key0 = v0;
    if (key0 == 0x6ULL) {
      goto node_9;
    }
    if (key0 == 0x11ULL) {
      goto node_10;
    }
    if (key0 == 0x1ULL) {
      goto node_11;
    }
    if (key0 == 0x3aULL) {
      goto node_11;
    }
    if (key0 == 0x84ULL) {
      goto node_12;
    }
    if (key0 == 0x32ULL) {
      goto node_13;
    }
    if (key0 == 0x33ULL) {
      goto node_14;
    }
    goto accept;
  }
#line 90 "programs/std/ip.sfc"
  node_8: __maybe_unused; {  // ipv6_next_after
    __u64 key0 = v0;
    if (key0 == 0x0ULL) {
      goto node_15;
    }
    if (key0 == 0x2bULL) {
      goto node_15;
    }
    if (key0 == 0x3cULL) {
      goto node_15;
    }
    if (key0 == 0x87ULL) {
      goto node_15;
    }
    if (key0 == 0x2cULL) {
      goto node_16;
    }
    cursor = sfc_forget(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) return 5;
    at = data + cursor;
    goto node_7;
  }
#line 67 "programs/std/transport.sfc"
  node_9: __maybe_unused; {  // tcp_after
#line 68 "programs/std/transport.sfc"
    if (unlikely(n_tcp >= 1)) return 5;
    if (unlikely(at + 20 > (__u8 *)end || cursor + 20 > limit)) return 5;
    h_tcp = at;
    if (!n_tcp) o_tcp = cursor;
    l_tcp = cursor;
    n_tcp++;
    at += 20;
    cursor += 20;
    if (keyed) {
      valid |= 0x4;
      p->key[1] = sfc_load64(h_tcp + 0);
      p->key[2] = (sfc_load64(h_tcp + 8) & 0x3f00ffffffffULL);
    }
    __u64 key0 = ((sfc_load8(h_tcp + 12) >> 4) & 0xfULL);
    if ((key0 >= 0x8ULL && key0 <= 0xfULL)) {
      goto node_17;
    }
    goto accept;
  }
#line 87 "programs/std/transport.sfc"
  node_10: __maybe_unused; {  // udp_after
#line 88 "programs/std/transport.sfc"
    if (unlikely(n_udp >= 1)) return 5;
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) return 5;
    h_udp = at;
    if (!n_udp) o_udp = cursor;
    l_udp = cursor;
    n_udp++;
    at += 8;
    cursor += 8;
    if (keyed) {
      valid |= 0x10;
      p->key[2] = (sfc_load64(h_udp + 0) & 0xffffffffffffULL);
    }
    goto accept;
  }
#line 92 "programs/std/transport.sfc"
  node_11: __maybe_unused; {  // icmp_after
#line 93 "programs/std/transport.sfc"
    if (unlikely(n_icmp >= 1)) return 5;
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) return 5;
    h_icmp = at;
    if (!n_icmp) o_icmp = cursor;
    l_icmp = cursor;
    n_icmp++;
    at += 8;
    cursor += 8;
    if (keyed) {
      valid |= 0x20;
      p->key[2] = (sfc_load64(h_icmp + 0) & 0xffffffff0000ffffULL);
    }
    goto accept;
  }
#line 97 "programs/std/transport.sfc"
  node_12: __maybe_unused; {  // sctp_after
#line 98 "programs/std/transport.sfc"
    if (unlikely(n_sctp >= 1)) return 5;
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) return 5;
    h_sctp = at;
    if (!n_sctp) o_sctp = cursor;
    l_sctp = cursor;
    n_sctp++;
    at += 12;
    cursor += 12;
    if (keyed) {
      valid |= 0x40;
      p->key[2] = sfc_load64(h_sctp + 0);
    }
    goto accept;
  }
#line 102 "programs/std/transport.sfc"
  node_13: __maybe_unused; {  // esp_after
#line 103 "programs/std/transport.sfc"
    if (unlikely(n_esp >= 1)) return 5;
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) return 5;
    h_esp = at;
    if (!n_esp) o_esp = cursor;
    l_esp = cursor;
    n_esp++;
    at += 8;
    cursor += 8;
    if (keyed) {
      valid |= 0x80;
      p->key[2] = sfc_load64(h_esp + 0);
    }
    goto accept;
  }
#line 107 "programs/std/transport.sfc"
  node_14: __maybe_unused; {  // ah_after
#line 108 "programs/std/transport.sfc"
    if (unlikely(n_ah >= 1)) return 5;
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) return 5;
    h_ah = at;
    if (!n_ah) o_ah = cursor;
    l_ah = cursor;
    n_ah++;
    at += 12;
    cursor += 12;
    if (keyed) {
      valid |= 0x100;
      p->key[2] = sfc_load64(h_ah + 4);
    }
    goto accept;
  }
#line 101 "programs/std/ip.sfc"
  node_15: __maybe_unused; {  // ipv6_ext_after
#line 102 "programs/std/ip.sfc"
    if (unlikely(n_ext >= 8)) return 5;
    if (unlikely(at + 2 > (__u8 *)end || cursor + 2 > limit)) return 5;
    h_ext = at;
    if (!n_ext) o_ext = cursor;
    l_ext = cursor;
    n_ext++;
    at += 2;
    cursor += 2;
    {
      __u64 bits = ((0x40ULL * ((sfc_load8(h_ext + 1) >> 0) & 0xffULL)) + 0x30ULL);
      if (unlikely(bits > 16368 || bits & 7)) return 5;
      at += (bits >> 3);
      cursor += (bits >> 3);
      if (unlikely(at + 0 > (__u8 *)end || cursor + 0 > limit)) return 5;
    }
#line 103 "programs/std/ip.sfc"
    {
      v0 = ((sfc_load8(h_ext + 0) >> 0) & 0xffULL) & 0xffULL;
    }
    goto node_8;
  }
#line 107 "programs/std/ip.sfc"
  node_16: __maybe_unused; {  // ipv6_fragment_after
#line 108 "programs/std/ip.sfc"
    if (unlikely(n_fragment >= 1)) return 5;
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) return 5;
    h_fragment = at;
    if (!n_fragment) o_fragment = cursor;
    l_fragment = cursor;
    n_fragment++;
    at += 8;
    cursor += 8;
    if (keyed) {
      valid |= 0x800;
      p->key[9] = (sfc_load64(h_fragment + 0) & 0xfffffffff9ff00ffULL);
    }
#line 109 "programs/std/ip.sfc"
    {
      v0 = ((sfc_load8(h_fragment + 0) >> 0) & 0xffULL) & 0xffULL;
    }
    __u64 key0 = ((sfc_be16(h_fragment + 2) >> 3) & 0x1fffULL);
    if (key0 == 0x0ULL) {
      goto node_8;
    }
    cursor = sfc_forget(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) return 5;
    at = data + cursor;
    goto accept;
  }
#line 75 "programs/std/transport.sfc"
  node_17: __maybe_unused; {  // tcp_options_after
    __u8 *ahead = at;
    if (unlikely(at + 4 > (__u8 *)end || cursor + 4 > limit)) return 5;
    __u64 key0 = ((sfc_be32(ahead + 0) >> 0) & 0xffffffffULL);
    if (key0 == 0x101080aULL) {
      goto node_18;
    }
    goto accept;
  }
#line 82 "programs/std/transport.sfc"
  node_18: __maybe_unused; {  // tcp_timestamp_after
#line 83 "programs/std/transport.sfc"
    if (unlikely(n_timestamp >= 1)) return 5;
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) return 5;
    h_timestamp = at;
    if (!n_timestamp) o_timestamp = cursor;
    l_timestamp = cursor;
    n_timestamp++;
    at += 12;
    cursor += 12;
    if (keyed) {
      valid |= 0x8;
      p->key[3] = sfc_load64(h_timestamp + 4);
    }
    goto accept;
  }
  accept: __maybe_unused; {
    cursor = sfc_forget(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) return 5;
    if (keyed) {
      valid = sfc_forget(c, valid);
      p->key[0] |= valid;
      if (!n_tcp) {
        limit = sfc_forget(c, limit);
        if (limit == SFC_NO_LIMIT) limit = sfc_frameLength(ctx, SFC_EGRESS);
        p->key[1] = sfc_digest(ctx, SFC_EGRESS, data, end, cursor, limit);
      }
      p->key_words = 1;
      if (!n_tcp) p->key_words = 2;
      if (valid & 0x4 || valid & 0x10 || valid & 0x20 || valid & 0x40 || valid & 0x80 || valid & 0x100) p->key_words = 3;
      if (valid & 0x8) p->key_words = 4;
      if (valid & 0x200) p->key_words = 6;
      if (valid & 0x400) p->key_words = 9;
      if (valid & 0x800) p->key_words = 10;
      p->key_words = sfc_forget(c, p->key_words);
    }
    return 0;
  }
}

#line 1 "hidden"
static __always_inline int spec_save(void *data, void *end, const struct sfc_packet *p, struct sfc_record *record) {
  __u8 *field = sfc_at(data, end, p->hidden_at, 2);
  if (!field) return 0;
  __builtin_memcpy(record->saved + 0, field, 2);
  return 1;
}

static __always_inline int spec_rewrite(void *data, void *end, const struct sfc_packet *p) {
  __u8 *field = sfc_at(data, end, p->hidden_at, 2);
  if (!field) return 0;
  sfc_put16(field, p->hidden_value);
  return 1;
}

#line 1 "hidden"
static __always_inline int spec_restoreInPlace(void *data, void *end, const struct sfc_packet *p, const struct sfc_record *record) {
  __u8 *field = sfc_at(data, end, p->hidden_at, 2);
  if (!field) return 0;
  __builtin_memcpy(field, record->saved + 0, 2);
  return 1;
}

static __always_inline int spec_restore(__u8 *head, const struct sfc_packet *p, const struct sfc_record *record) {
  __u64 at = p->hidden_at;
  barrier_var(at);
  if (at > SFC_MAX_PREFIX - 2) return 0;
  __builtin_memcpy(head + at, record->saved + 0, 2);
  return 1;
}

#line 1 "on return"
static __always_inline void spec_onReturn(struct sfc_record *record, struct sfc_region *region) {
  __u64 v0 __maybe_unused = 0;
  __u64 v1 __maybe_unused = 0;
#line 11 "programs/sr-mpls.sfc"
  v1 = ((region->length >= 4 && region->at <= 60 ? ((sfc_load8((record->bytes + region->at + 0) + 3) >> 0) & 0xffULL) : 0) - 0x1ULL) & 0xffULL;
#line 12 "programs/sr-mpls.sfc"
  if (region->length >= 4) {
    region->at += 4;
    region->length -= 4;
  }
#line 13 "programs/sr-mpls.sfc"
  if ((__u64)((__u64)((__s64)(region->length > 0 ? (region->length - 0) / 4 : 0) > (__s64)0x0ULL) && (__u64)((__s64)(region->length >= 4 && region->at <= 60 ? ((sfc_be32((record->bytes + region->at + 0) + 0) >> 12) & 0xfffffULL) : 0) == (__s64)0x7ULL))) {
#line 14 "programs/sr-mpls.sfc"
    if (region->length >= 4) {
      region->at += 4;
      region->length -= 4;
    }
#line 15 "programs/sr-mpls.sfc"
    if (region->length >= 4) {
      region->at += 4;
      region->length -= 4;
    }
  }
#line 17 "programs/sr-mpls.sfc"
  if ((__u64)((__s64)(region->length > 0 ? (region->length - 0) / 4 : 0) > (__s64)0x0ULL)) {
#line 18 "programs/sr-mpls.sfc"
    if (region->length >= 4 && region->at <= 60) {
      __u64 value = v1 & 0xffULL;
      sfc_put8((record->bytes + region->at + 0) + 3, (sfc_load8((record->bytes + region->at + 0) + 3) & ~0xffULL) | ((value << 0) & 0xffULL));
    }
  }
}
