static __always_inline int spec_save(void *data, void *end, const struct sfc_packet *p, struct sfc_record *record) {
  if (!p->whole) {
    __u8 *field = sfc_at(data, end, p->region[0].next_header_at, 2);
    if (!field) return 0;
    *(__u16 *)(record->saved + 0) = *(const __u16 *)field;
  }
  return 1;
}

static __always_inline int spec_rewrite(void *data, void *end, const struct sfc_packet *p) {
  if (!p->whole) {
    __u8 *field = sfc_at(data, end, p->region[0].next_header_at, 2);
    if (!field) return 0;
    sfc_put16(field, p->region[0].next_header_value);
  }
  return 1;
}

static __always_inline int spec_exchange(void *data, void *end, const struct sfc_packet *p, struct sfc_record *record) {
  if (!p->whole) {
    __u8 *field = sfc_at(data, end, p->region[0].next_header_at, 2);
    if (!field) return 0;
    *(__u16 *)(record->saved + 0) = *(const __u16 *)field;
    sfc_put16(field, p->region[0].next_header_value);
  }
  return 1;
}

static __always_inline int spec_deparseInPlace(void *data, void *end, const struct sfc_packet *p, const struct sfc_record *record) {
  if (!p->whole) {
    __u8 *field = sfc_at(data, end, p->region[0].next_header_at, 2);
    if (!field) return 0;
    *(__u16 *)field = *(const __u16 *)(record->saved + 0);
  }
  return 1;
}

static __always_inline int spec_deparse(const __u32 i, __u8 *head, __u64 from, const struct sfc_packet *p, const struct sfc_record *record) {
  if (i == 0 && !record->whole[0]) {
    __u64 at = p->region[0].next_header_at - from;
    barrier_var(at);
    if (at > SFC_MAX_PREFIX - 2) return 0;
    *(__u16 *)(head + at) = *(const __u16 *)(record->saved + 0);
  }
  return 1;
}

#line 1 "cover"
static __always_inline int spec_updateEnclosing(__u8 *head, __u64 end, const struct sfc_packet *p, const struct sfc_record *record, __s64 grown, __u16 sum, __u32 *pending) {
  return 0;
}

static __always_inline int spec_applyPending(struct __sk_buff *skb, const struct sfc_packet *p, const __u32 *pending, __u64 end, __u64 grown, __u16 sum) {
  return 1;
}

#line 1 "tunnels"
static __always_inline __u64 spec_tunnel(const struct sfc_record *record, __u64 place) {
  __u64 flags = 0;
  flags = sfc_addTunnel(flags, record->where[0], place, BPF_F_ADJ_ROOM_ENCAP_L3_IPV4);
  flags = sfc_addTunnel(flags, record->where[1], place, BPF_F_ADJ_ROOM_ENCAP_L3_IPV6);
  return flags;
}

static __always_inline void spec_clearIdentification(const struct sfc_record *record, __u8 *bytes) {
  sfc_clearIdentification(bytes, record->where[0]);
}

#line 1 "computed"
static __always_inline int spec_updateComputed(struct sfc_record *record, struct sfc_work *work, const struct sfc_change *change) {
  if (sfc_fixLength(work->after, record->where[0], 2, change)) return 0;
  if (sfc_fixLength(work->after, record->where[1], 4, change)) return 0;
  if (record->where[0].count) {
    __u64 from = record->where[0].at;
    __u32 pseudo = 0;
    __u64 n = ({ const __u8 *h = sfc_headerAt(work->after, record->where[0], 0, 20); h ? (20 + ((0x20ULL * ((sfc_load8(h) & 0xfULL) - 0x5ULL)) >> 3)) : 0; });
    sfc_fixChecksum(work, record->where[0], 10, from, n, 0, 0, pseudo, change);
  }
  return 1;
}

#if SFC_HOOKS & (SFC_AT_INGRESS | SFC_AT_TC_INGRESS)
static __always_inline __u32 spec_parseIngress(sfc_arrival *ctx, struct sfc_packet *p, struct sfc_counters *c, const int keyed) {
  void *data __maybe_unused = (void *)(long)ctx->data;
  void *end __maybe_unused = (void *)(long)ctx->data_end;
  __u8 *at __maybe_unused = data;
  __u64 cursor __maybe_unused = 0;
  __u64 limit __maybe_unused = SFC_NO_LIMIT;
  __u32 valid __maybe_unused = 0;
  __u32 drop __maybe_unused = 0;
  __u8 *h_mac __maybe_unused = 0;
  __u8 *h_tags __maybe_unused = 0;
  __u32 n_tags __maybe_unused = 0;
  __u8 *h_ether __maybe_unused = 0;
  __u64 l_ether __maybe_unused = 0;
  __u8 *h_tcp __maybe_unused = 0;
  __u32 n_tcp __maybe_unused = 0;
  __u8 *h_timestamp __maybe_unused = 0;
  __u8 *h_udp __maybe_unused = 0;
  __u8 *h_icmp __maybe_unused = 0;
  __u8 *h_sctp __maybe_unused = 0;
  __u8 *h_esp __maybe_unused = 0;
  __u8 *h_ah __maybe_unused = 0;
  __u8 *h_ipv4 __maybe_unused = 0;
  __u8 *h_ipv6 __maybe_unused = 0;
  __u32 n_ipv6 __maybe_unused = 0;
  __u64 l_ipv6 __maybe_unused = 0;
  __u8 *h_ext __maybe_unused = 0;
  __u32 n_ext __maybe_unused = 0;
  __u8 *h_fragment __maybe_unused = 0;
  __u32 n_fragment __maybe_unused = 0;
  __u8 *h_srh __maybe_unused = 0;
  __u32 n_srh __maybe_unused = 0;
  __u64 l_srh __maybe_unused = 0;
  __u8 *h_segments __maybe_unused = 0;
  __u32 n_segments __maybe_unused = 0;
  __u8 *h_behind __maybe_unused = 0;
  __u32 n_behind __maybe_unused = 0;
  __u64 v0 __maybe_unused = 0;
  goto node_0;
  node_0: __maybe_unused;
#line 30 "programs/std/ethernet.sfc"
  {
    /* start */
#line 31 "programs/std/ethernet.sfc"
    if (unlikely(at + 12 > (__u8 *)end)) goto exit_1;
    h_mac = at;
    p->where[7] = (struct sfc_where){cursor, 1};
    at += 12;
    cursor += 12;
    goto node_1;
  }
  node_1: __maybe_unused;
#line 35 "programs/std/ethernet.sfc"
  {
    /* tag_or_type */
    __u8 *ahead = at;
    if (unlikely(at + 2 > (__u8 *)end)) goto exit_1;
    __u64 key0 __maybe_unused = sfc_be16(ahead) & 0xffffULL;
    if (key0 == 0x8100ULL) {
      if (sfc_always()) goto node_2;
      goto exit_25;
    }
    if (key0 == 0x88a8ULL) {
      if (sfc_always()) goto node_2;
      goto exit_25;
    }
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    goto node_3;
  }
  node_2: __maybe_unused;
#line 43 "programs/std/ethernet.sfc"
  {
    /* tag */
    __u64 key0 __maybe_unused = (__u64)n_tags;
    if (key0 == 0x2ULL) goto exit_1;
    if (sfc_always()) goto node_4;
    goto exit_25;
  }
  node_3: __maybe_unused;
#line 55 "programs/std/ethernet.sfc"
  {
    /* type */
#line 56 "programs/std/ethernet.sfc"
    if (unlikely(at + 2 > (__u8 *)end)) goto exit_1;
    h_ether = at;
    l_ether = cursor;
    p->where[8] = (struct sfc_where){cursor, 1};
    at += 2;
    cursor += 2;
    goto node_5;
  }
  node_4: __maybe_unused;
#line 50 "programs/std/ethernet.sfc"
  {
    /* tag_header */
#line 51 "programs/std/ethernet.sfc"
    if (unlikely(n_tags >= 2)) goto exit_1;
    if (unlikely(at + 4 > (__u8 *)end)) goto exit_1;
    h_tags = at;
    if (!n_tags) p->where[9].at = cursor;
    p->where[9].count = n_tags + 1;
    n_tags++;
    at += 4;
    cursor += 4;
    if (keyed && n_tags == 1) {
      if (1 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x400;
      p->key[0] |= (sfc_load16(h_tags + 2) & 0xff0fULL) << 32;
    }
    if (keyed && n_tags == 2) {
      if (1 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x800;
      p->key[0] |= (sfc_load16(h_tags + 2) & 0xff0fULL) << 48;
    }
    if (sfc_always()) goto node_1;
    goto exit_25;
  }
  node_5: __maybe_unused;
#line 10 "programs/std/frame.sfc"
  {
    /* network */
    __u64 key0 __maybe_unused = sfc_be16(h_ether) & 0xffffULL;
    if (key0 == 0x800ULL) {
      p->region[0].at = cursor;
      p->region[0].next_header_at = l_ether + 0;
      goto node_6;
    }
    if (key0 == 0x86ddULL) {
      p->region[0].at = cursor;
      p->region[0].next_header_at = l_ether + 0;
      goto node_7;
    }
    goto exit_1;
  }
  node_6: __maybe_unused;
#line 75 "programs/std/ip.sfc"
  {
    /* ipv4 */
#line 76 "programs/std/ip.sfc"
    if (unlikely(at + 20 > (__u8 *)end)) goto exit_1;
    h_ipv4 = at;
    p->where[0] = (struct sfc_where){cursor, 1};
    at += 20;
    cursor += 20;
    {
      __u64 bits = 0x20ULL * ((sfc_load8(h_ipv4) & 0xfULL) - 0x5ULL);
      if (unlikely(bits > 320 || (bits & 7))) goto exit_1;
      bits >>= 3;
      mask_var(bits, 0x3f);
      at += bits;
      cursor += bits;
      barrier_var(at);
      if (unlikely(at + 0 > (__u8 *)end)) goto exit_1;
    }
#line 77 "programs/std/ip.sfc"
    {
      if (unlikely(!(__u64)((__s64)((sfc_load8(h_ipv4) >> 4) & 0xfULL) == (__s64)0x4ULL))) goto exit_1;
    }
#line 78 "programs/std/ip.sfc"
    {
      __u64 bytes = (sfc_be16(h_ipv4 + 2) & 0xffffULL) - 0x4ULL * (sfc_load8(h_ipv4) & 0xfULL);
      if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) goto exit_1;
      limit = cursor + bytes;
      if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, SFC_INGRESS))) goto exit_1;
    }
#line 79 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_ipv4 + 9) & 0xffULL & 0xffULL;
    }
    __u64 key0 __maybe_unused = (sfc_load8(h_ipv4 + 6) >> 5) & 0x1ULL;
    __u64 key1 __maybe_unused = sfc_be16(h_ipv4 + 6) & 0x1fffULL;
    if (key0 == 0x0ULL && key1 == 0x0ULL) goto node_8;
    goto exit_1;
  }
  node_7: __maybe_unused;
#line 86 "programs/std/ip.sfc"
  {
    /* ipv6 */
#line 87 "programs/std/ip.sfc"
    if (unlikely(at + 40 > (__u8 *)end)) goto exit_1;
    h_ipv6 = at;
    l_ipv6 = cursor;
    p->where[1] = (struct sfc_where){cursor, 1};
    n_ipv6++;
    at += 40;
    cursor += 40;
#line 88 "programs/std/ip.sfc"
    {
      if (unlikely(!(__u64)((__s64)((sfc_load8(h_ipv6) >> 4) & 0xfULL) == (__s64)0x6ULL))) goto exit_1;
    }
#line 89 "programs/std/ip.sfc"
    {
      __u64 bytes = sfc_be16(h_ipv6 + 4) & 0xffffULL;
      if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) goto exit_1;
      limit = cursor + bytes;
      if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, SFC_INGRESS))) goto exit_1;
    }
#line 90 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_ipv6 + 6) & 0xffULL & 0xffULL;
    }
    goto node_9;
  }
  node_8: __maybe_unused;
#line 132 "programs/std/ip.sfc"
  {
    /* transport */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x6ULL) goto exit_1;
    if (key0 == 0x11ULL) goto exit_1;
    if (key0 == 0x1ULL) goto exit_1;
    if (key0 == 0x3aULL) goto exit_1;
    if (key0 == 0x84ULL) goto exit_1;
    if (key0 == 0x32ULL) goto exit_1;
    if (key0 == 0x33ULL) goto exit_1;
    goto node_10;
  }
  node_9: __maybe_unused;
#line 94 "programs/std/ip.sfc"
  {
    /* ipv6_next */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x0ULL) {
      if (sfc_always()) goto node_11;
      goto exit_25;
    }
    if (key0 == 0x2bULL) {
      if (sfc_always()) goto node_12;
      goto exit_25;
    }
    if (key0 == 0x3cULL) {
      if (sfc_always()) goto node_11;
      goto exit_25;
    }
    if (key0 == 0x87ULL) {
      if (sfc_always()) goto node_11;
      goto exit_25;
    }
    if (key0 == 0x2cULL) {
      if (sfc_always()) goto node_13;
      goto exit_25;
    }
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    goto node_8;
  }
  node_10: __maybe_unused;
#line 28 "programs/std/srv6_tunnel.sfc"
  {
    /* other_protocol */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x4ULL) goto node_14;
    if (key0 == 0x29ULL) goto node_14;
    if (key0 == 0x8fULL) goto node_14;
    goto exit_1;
  }
  node_11: __maybe_unused;
#line 110 "programs/std/ip.sfc"
  {
    /* ipv6_ext */
    __u64 key0 __maybe_unused = (__u64)n_ext;
    if (key0 == 0x8ULL) goto exit_1;
    if (sfc_always()) goto node_15;
    goto exit_25;
  }
  node_12: __maybe_unused;
#line 26 "programs/std/srv6.sfc"
  {
    /* ipv6_routing */
    __u8 *ahead = at;
    if (unlikely(at + 3 > (__u8 *)end || cursor + 3 > limit)) goto exit_1;
    __u64 key0 __maybe_unused = ((sfc_load8(ahead) << 16) | (sfc_load8(ahead + 1) << 8) | sfc_load8(ahead + 2)) & 0xffffffULL;
    if ((key0 & 0xffULL) == 0x4ULL) {
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      goto node_16;
    }
    if (sfc_always()) goto node_11;
    goto exit_25;
  }
  node_13: __maybe_unused;
#line 123 "programs/std/ip.sfc"
  {
    /* ipv6_fragment */
#line 124 "programs/std/ip.sfc"
    if (unlikely(n_fragment >= 1)) goto exit_1;
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_1;
    h_fragment = at;
    p->where[2] = (struct sfc_where){cursor, 1};
    n_fragment++;
    at += 8;
    cursor += 8;
#line 125 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_fragment) & 0xffULL & 0xffULL;
    }
    __u64 key0 __maybe_unused = sfc_load8(h_fragment + 3) & 0x1ULL;
    __u64 key1 __maybe_unused = (sfc_be16(h_fragment + 2) >> 3) & 0x1fffULL;
    if (key0 == 0x0ULL && key1 == 0x0ULL) {
      if (sfc_always()) goto node_9;
      goto exit_25;
    }
    goto exit_1;
  }
  node_14: __maybe_unused;
#line 37 "programs/std/srv6_tunnel.sfc"
  {
    /* tunnel_inside */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x4ULL) {
      {
#line 16 "programs/srv6.sfc"
        if (unlikely(!(__u64)n_ipv6)) goto exit_1;
#line 18 "programs/srv6.sfc"
        __u8 *look_srh_0 = n_srh ? sfc_at(data, end, l_srh, 8) : 0;
        barrier_var(look_srh_0);
        if (unlikely(!(__u64)((__u64)!(__u64)n_srh || (__u64)((__s64)(look_srh_0 ? (sfc_load8(look_srh_0 + 3) & 0xffULL) : 0) > (__s64)0x0ULL)))) goto exit_104;
#line 19 "programs/srv6.sfc"
        __u8 *look_ipv6_0 = n_ipv6 ? sfc_at(data, end, l_ipv6, 40) : 0;
        barrier_var(look_ipv6_0);
        if (unlikely(!(__u64)((__s64)(look_ipv6_0 ? (sfc_load8(look_ipv6_0 + 7) & 0xffULL) : 0) > (__s64)0x1ULL))) goto exit_105;
      }
      p->region[0].length = cursor - p->region[0].at;
      p->region[0].next_header_value = 0x800;
      if (unlikely(p->region[0].length > 384)) goto exit_1;
      n_ipv6 = 0;
      n_fragment = 0;
      n_ext = 0;
      n_srh = 0;
      n_segments = 0;
      n_behind = 0;
      p->where[0].at -= p->region[0].at;
      p->where[1].at -= p->region[0].at;
      p->where[2].at -= p->region[0].at;
      p->where[3].at -= p->region[0].at;
      p->where[4].at -= p->region[0].at;
      p->where[5].at -= p->region[0].at;
      p->where[6].at -= p->region[0].at;
      p->where[7].count = 0;
      p->where[8].count = 0;
      p->where[9].count = 0;
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      limit = sfc_launder(c, limit);
      goto node_17;
    }
    if (key0 == 0x29ULL) {
      {
#line 16 "programs/srv6.sfc"
        if (unlikely(!(__u64)n_ipv6)) goto exit_1;
#line 18 "programs/srv6.sfc"
        __u8 *look_srh_0 = n_srh ? sfc_at(data, end, l_srh, 8) : 0;
        barrier_var(look_srh_0);
        if (unlikely(!(__u64)((__u64)!(__u64)n_srh || (__u64)((__s64)(look_srh_0 ? (sfc_load8(look_srh_0 + 3) & 0xffULL) : 0) > (__s64)0x0ULL)))) goto exit_104;
#line 19 "programs/srv6.sfc"
        __u8 *look_ipv6_0 = n_ipv6 ? sfc_at(data, end, l_ipv6, 40) : 0;
        barrier_var(look_ipv6_0);
        if (unlikely(!(__u64)((__s64)(look_ipv6_0 ? (sfc_load8(look_ipv6_0 + 7) & 0xffULL) : 0) > (__s64)0x1ULL))) goto exit_105;
      }
      p->region[0].length = cursor - p->region[0].at;
      p->region[0].next_header_value = 0x86dd;
      if (unlikely(p->region[0].length > 384)) goto exit_1;
      n_ipv6 = 0;
      n_fragment = 0;
      n_ext = 0;
      n_srh = 0;
      n_segments = 0;
      n_behind = 0;
      p->where[0].at -= p->region[0].at;
      p->where[1].at -= p->region[0].at;
      p->where[2].at -= p->region[0].at;
      p->where[3].at -= p->region[0].at;
      p->where[4].at -= p->region[0].at;
      p->where[5].at -= p->region[0].at;
      p->where[6].at -= p->region[0].at;
      p->where[7].count = 0;
      p->where[8].count = 0;
      p->where[9].count = 0;
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      limit = sfc_launder(c, limit);
      goto node_18;
    }
    if (key0 == 0x8fULL) {
      {
#line 16 "programs/srv6.sfc"
        if (unlikely(!(__u64)n_ipv6)) goto exit_1;
#line 18 "programs/srv6.sfc"
        __u8 *look_srh_0 = n_srh ? sfc_at(data, end, l_srh, 8) : 0;
        barrier_var(look_srh_0);
        if (unlikely(!(__u64)((__u64)!(__u64)n_srh || (__u64)((__s64)(look_srh_0 ? (sfc_load8(look_srh_0 + 3) & 0xffULL) : 0) > (__s64)0x0ULL)))) goto exit_104;
#line 19 "programs/srv6.sfc"
        __u8 *look_ipv6_0 = n_ipv6 ? sfc_at(data, end, l_ipv6, 40) : 0;
        barrier_var(look_ipv6_0);
        if (unlikely(!(__u64)((__s64)(look_ipv6_0 ? (sfc_load8(look_ipv6_0 + 7) & 0xffULL) : 0) > (__s64)0x1ULL))) goto exit_105;
      }
      p->whole = 1;
      p->region[0].at = 0;
      p->region[0].length = cursor;
      if (unlikely(p->region[0].length > 384)) goto exit_1;
      n_tags = 0;
      valid &= ~0xc00;
      p->key[0] &= ~(0xff0fULL << 32);
      p->key[0] &= ~(0xff0fULL << 48);
      n_ipv6 = 0;
      n_fragment = 0;
      n_ext = 0;
      n_srh = 0;
      n_segments = 0;
      n_behind = 0;
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      limit = sfc_launder(c, limit);
      goto node_19;
    }
    goto exit_1;
  }
  node_15: __maybe_unused;
#line 117 "programs/std/ip.sfc"
  {
    /* ipv6_ext_header */
#line 118 "programs/std/ip.sfc"
    if (unlikely(n_ext >= 8)) goto exit_1;
    if (unlikely(at + 2 > (__u8 *)end || cursor + 2 > limit)) goto exit_1;
    h_ext = at;
    if (!n_ext) p->where[3].at = cursor;
    p->where[3].count = n_ext + 1;
    n_ext++;
    at += 2;
    cursor += 2;
    {
      __u64 bits = 0x40ULL * (sfc_load8(h_ext + 1) & 0xffULL) + 0x30ULL;
      if (unlikely(bits > 16368 || (bits & 7))) goto exit_1;
      bits >>= 3;
      mask_var(bits, 0x7ff);
      at += bits;
      cursor += bits;
      barrier_var(at);
      if (unlikely(at + 0 > (__u8 *)end || cursor + 0 > limit)) goto exit_1;
    }
#line 119 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_ext) & 0xffULL & 0xffULL;
    }
    if (sfc_always()) goto node_9;
    goto exit_25;
  }
  node_16: __maybe_unused;
#line 33 "programs/std/srv6.sfc"
  {
    /* srh_inside */
#line 34 "programs/std/srv6.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_1;
    h_srh = at;
    l_srh = cursor;
    p->where[4] = (struct sfc_where){cursor, 1};
    n_srh++;
    at += 8;
    cursor += 8;
#line 35 "programs/std/srv6.sfc"
    {
      if (unlikely(!(__u64)((__s64)(0x2ULL * ((sfc_load8(h_srh + 4) & 0xffULL) + 0x1ULL)) <= (__s64)(sfc_load8(h_srh + 1) & 0xffULL)))) goto doubt_1;
    }
#line 36 "programs/std/srv6.sfc"
    {
      if (unlikely(!(__u64)((__s64)(sfc_load8(h_srh + 3) & 0xffULL) <= (__s64)((sfc_load8(h_srh + 4) & 0xffULL) + 0x1ULL)))) goto doubt_2;
    }
#line 37 "programs/std/srv6.sfc"
    {
      v0 = sfc_load8(h_srh) & 0xffULL & 0xffULL;
    }
    goto node_20;
  }
  node_17: __maybe_unused;
#line 75 "programs/std/ip.sfc"
  {
    /* ipv4_after */
#line 76 "programs/std/ip.sfc"
    if (unlikely(at + 20 > (__u8 *)end || cursor + 20 > limit)) goto exit_33;
    h_ipv4 = at;
    at += 20;
    cursor += 20;
    {
      __u64 bits = 0x20ULL * ((sfc_load8(h_ipv4) & 0xfULL) - 0x5ULL);
      if (unlikely(bits > 320 || (bits & 7))) goto exit_33;
      bits >>= 3;
      mask_var(bits, 0x3f);
      at += bits;
      cursor += bits;
      barrier_var(at);
      if (unlikely(at + 0 > (__u8 *)end || cursor + 0 > limit)) goto exit_33;
    }
#line 77 "programs/std/ip.sfc"
    {
      if (unlikely(!(__u64)((__s64)((sfc_load8(h_ipv4) >> 4) & 0xfULL) == (__s64)0x4ULL))) goto exit_35;
    }
#line 78 "programs/std/ip.sfc"
    {
      __u64 bytes = (sfc_be16(h_ipv4 + 2) & 0xffffULL) - 0x4ULL * (sfc_load8(h_ipv4) & 0xfULL);
      if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) goto exit_36;
      limit = cursor + bytes;
      if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, SFC_INGRESS))) goto exit_36;
    }
#line 79 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_ipv4 + 9) & 0xffULL & 0xffULL;
    }
    __u64 key0 __maybe_unused = (sfc_load8(h_ipv4 + 6) >> 5) & 0x1ULL;
    __u64 key1 __maybe_unused = sfc_be16(h_ipv4 + 6) & 0x1fffULL;
    if (keyed) {
      if (6 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x80;
      p->key[4] = sfc_load64(h_ipv4 + 4) & 0xff00ff3fffffULL;
      p->key[5] = sfc_load64(h_ipv4 + 12);
    }
    if (key0 == 0x0ULL && key1 == 0x0ULL) goto node_21;
    goto accept;
  }
  node_18: __maybe_unused;
#line 86 "programs/std/ip.sfc"
  {
    /* ipv6_after */
#line 87 "programs/std/ip.sfc"
    if (unlikely(at + 40 > (__u8 *)end || cursor + 40 > limit)) goto exit_39;
    h_ipv6 = at;
    l_ipv6 = cursor;
    n_ipv6++;
    at += 40;
    cursor += 40;
#line 88 "programs/std/ip.sfc"
    {
      if (unlikely(!(__u64)((__s64)((sfc_load8(h_ipv6) >> 4) & 0xfULL) == (__s64)0x6ULL))) goto exit_41;
    }
#line 89 "programs/std/ip.sfc"
    {
      __u64 bytes = sfc_be16(h_ipv6 + 4) & 0xffffULL;
      if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) goto exit_42;
      limit = cursor + bytes;
      if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, SFC_INGRESS))) goto exit_42;
    }
#line 90 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_ipv6 + 6) & 0xffULL & 0xffULL;
    }
    if (keyed) {
      if (11 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x100;
      p->key[6] = sfc_load64(h_ipv6 + 1) & 0xff0000ffff0fULL;
      p->key[7] = sfc_load64(h_ipv6 + 8);
      p->key[8] = sfc_load64(h_ipv6 + 16);
      p->key[9] = sfc_load64(h_ipv6 + 24);
      p->key[10] = sfc_load64(h_ipv6 + 32);
    }
    goto node_22;
  }
  node_19: __maybe_unused;
#line 30 "programs/std/ethernet.sfc"
  {
    /* start_after */
#line 31 "programs/std/ethernet.sfc"
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) goto exit_45;
    h_mac = at;
    at += 12;
    cursor += 12;
    goto node_23;
  }
  node_20: __maybe_unused;
#line 41 "programs/std/srv6.sfc"
  {
    /* segment_inside */
    __u64 key0 __maybe_unused = (__u64)n_segments;
    if (key0 == 0x8ULL) goto exit_1;
    if (sfc_always()) goto node_24;
    goto exit_25;
  }
  node_21: __maybe_unused;
#line 132 "programs/std/ip.sfc"
  {
    /* transport_after */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x6ULL) goto node_25;
    if (key0 == 0x11ULL) goto node_26;
    if (key0 == 0x1ULL) goto node_27;
    if (key0 == 0x3aULL) goto node_27;
    if (key0 == 0x84ULL) goto node_28;
    if (key0 == 0x32ULL) goto node_29;
    if (key0 == 0x33ULL) goto node_30;
    goto node_31;
  }
  node_22: __maybe_unused;
#line 94 "programs/std/ip.sfc"
  {
    /* ipv6_next_after */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x0ULL) {
      if (sfc_always()) goto node_32;
      goto exit_25;
    }
    if (key0 == 0x2bULL) {
      if (sfc_always()) goto node_33;
      goto exit_25;
    }
    if (key0 == 0x3cULL) {
      if (sfc_always()) goto node_32;
      goto exit_25;
    }
    if (key0 == 0x87ULL) {
      if (sfc_always()) goto node_32;
      goto exit_25;
    }
    if (key0 == 0x2cULL) {
      if (sfc_always()) goto node_34;
      goto exit_25;
    }
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    goto node_21;
  }
  node_23: __maybe_unused;
#line 35 "programs/std/ethernet.sfc"
  {
    /* tag_or_type_after */
    __u8 *ahead = at;
    if (unlikely(at + 2 > (__u8 *)end || cursor + 2 > limit)) goto exit_51;
    __u64 key0 __maybe_unused = sfc_be16(ahead) & 0xffffULL;
    if (key0 == 0x8100ULL) {
      if (sfc_always()) goto node_35;
      goto exit_25;
    }
    if (key0 == 0x88a8ULL) {
      if (sfc_always()) goto node_35;
      goto exit_25;
    }
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    goto node_36;
  }
  node_24: __maybe_unused;
#line 48 "programs/std/srv6.sfc"
  {
    /* segment_entry_inside */
#line 49 "programs/std/srv6.sfc"
    if (unlikely(n_segments >= 8)) goto doubt_6;
    if (unlikely(at + 16 > (__u8 *)end || cursor + 16 > limit)) goto doubt_5;
    h_segments = at;
    if (!n_segments) p->where[5].at = cursor;
    p->where[5].count = n_segments + 1;
    n_segments++;
    at += 16;
    cursor += 16;
    __u8 *look_srh_0 = sfc_at(data, end, l_srh, 8);
    barrier_var(look_srh_0);
    __u64 key0 __maybe_unused = (look_srh_0 ? (sfc_load8(look_srh_0 + 4) & 0xffULL) : 0) + 0x1ULL - (__u64)n_segments;
    if (key0 == 0x0ULL) {
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      goto node_37;
    }
    if (sfc_always()) goto node_20;
    goto exit_25;
  }
  node_25: __maybe_unused;
#line 67 "programs/std/transport.sfc"
  {
    /* tcp_after */
#line 68 "programs/std/transport.sfc"
    if (unlikely(at + 20 > (__u8 *)end || cursor + 20 > limit)) goto exit_55;
    h_tcp = at;
    n_tcp++;
    at += 20;
    cursor += 20;
    __u64 key0 __maybe_unused = (sfc_load8(h_tcp + 12) >> 4) & 0xfULL;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x1;
      p->key[1] = sfc_load64(h_tcp + 0);
      p->key[2] = sfc_load64(h_tcp + 8) & 0x3f00ffffffffULL;
    }
    if (key0 >= 0x8ULL && key0 <= 0xfULL) goto node_38;
    goto accept;
  }
  node_26: __maybe_unused;
#line 87 "programs/std/transport.sfc"
  {
    /* udp_after */
#line 88 "programs/std/transport.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_58;
    h_udp = at;
    at += 8;
    cursor += 8;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x4;
      p->key[2] = sfc_load64(h_udp + 0) & 0xffffffffffffULL;
    }
    goto node_39;
  }
  node_27: __maybe_unused;
#line 97 "programs/std/transport.sfc"
  {
    /* icmp_after */
#line 98 "programs/std/transport.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_61;
    h_icmp = at;
    at += 8;
    cursor += 8;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x8;
      p->key[2] = sfc_load64(h_icmp + 0) & 0xffffffff0000ffffULL;
    }
    goto accept;
  }
  node_28: __maybe_unused;
#line 102 "programs/std/transport.sfc"
  {
    /* sctp_after */
#line 103 "programs/std/transport.sfc"
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) goto exit_64;
    h_sctp = at;
    at += 12;
    cursor += 12;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x10;
      p->key[2] = sfc_load64(h_sctp + 0);
    }
    goto accept;
  }
  node_29: __maybe_unused;
#line 107 "programs/std/transport.sfc"
  {
    /* esp_after */
#line 108 "programs/std/transport.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_67;
    h_esp = at;
    at += 8;
    cursor += 8;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x20;
      p->key[2] = sfc_load64(h_esp + 0);
    }
    goto accept;
  }
  node_30: __maybe_unused;
#line 112 "programs/std/transport.sfc"
  {
    /* ah_after */
#line 113 "programs/std/transport.sfc"
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) goto exit_70;
    h_ah = at;
    at += 12;
    cursor += 12;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x40;
      p->key[2] = sfc_load64(h_ah + 4);
    }
    goto accept;
  }
  node_31: __maybe_unused;
#line 28 "programs/std/srv6_tunnel.sfc"
  {
    /* other_protocol_after */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x4ULL) goto accept;
    if (key0 == 0x29ULL) goto accept;
    if (key0 == 0x8fULL) goto accept;
    goto accept;
  }
  node_32: __maybe_unused;
#line 110 "programs/std/ip.sfc"
  {
    /* ipv6_ext_after */
    __u64 key0 __maybe_unused = (__u64)n_ext;
    if (key0 == 0x8ULL) {
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      goto accept;
    }
    if (sfc_always()) goto node_40;
    goto exit_25;
  }
  node_33: __maybe_unused;
#line 26 "programs/std/srv6.sfc"
  {
    /* ipv6_routing_after */
    __u8 *ahead = at;
    if (unlikely(at + 3 > (__u8 *)end || cursor + 3 > limit)) goto exit_75;
    __u64 key0 __maybe_unused = ((sfc_load8(ahead) << 16) | (sfc_load8(ahead + 1) << 8) | sfc_load8(ahead + 2)) & 0xffffffULL;
    if ((key0 & 0xffULL) == 0x4ULL) {
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      goto accept;
    }
    if (sfc_always()) goto node_32;
    goto exit_25;
  }
  node_34: __maybe_unused;
#line 123 "programs/std/ip.sfc"
  {
    /* ipv6_fragment_after */
#line 124 "programs/std/ip.sfc"
    if (unlikely(n_fragment >= 1)) goto exit_77;
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_76;
    h_fragment = at;
    n_fragment++;
    at += 8;
    cursor += 8;
#line 125 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_fragment) & 0xffULL & 0xffULL;
    }
    __u64 key0 __maybe_unused = sfc_load8(h_fragment + 3) & 0x1ULL;
    __u64 key1 __maybe_unused = (sfc_be16(h_fragment + 2) >> 3) & 0x1fffULL;
    if (keyed) {
      if (12 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x200;
      p->key[11] = sfc_load64(h_fragment + 0) & 0xfffffffff9ff00ffULL;
    }
    if (key0 == 0x0ULL && key1 == 0x0ULL) {
      if (sfc_always()) goto node_22;
      goto exit_25;
    }
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    goto accept;
  }
  node_35: __maybe_unused;
#line 43 "programs/std/ethernet.sfc"
  {
    /* tag_after */
    __u64 key0 __maybe_unused = (__u64)n_tags;
    if (key0 == 0x2ULL) goto exit_1;
    if (sfc_always()) goto node_41;
    goto exit_25;
  }
  node_36: __maybe_unused;
#line 55 "programs/std/ethernet.sfc"
  {
    /* type_after */
#line 56 "programs/std/ethernet.sfc"
    if (unlikely(at + 2 > (__u8 *)end || cursor + 2 > limit)) goto exit_81;
    h_ether = at;
    l_ether = cursor;
    at += 2;
    cursor += 2;
    goto node_42;
  }
  node_37: __maybe_unused;
#line 56 "programs/std/srv6.sfc"
  {
    /* tlvs_inside */
#line 57 "programs/std/srv6.sfc"
    {
      __u8 *look_srh_0 = sfc_at(data, end, l_srh, 8);
      barrier_var(look_srh_0);
      __u64 bytes = 0x8ULL * ((look_srh_0 ? (sfc_load8(look_srh_0 + 1) & 0xffULL) : 0) - 0x2ULL * ((look_srh_0 ? (sfc_load8(look_srh_0 + 4) & 0xffULL) : 0) + 0x1ULL));
      if (unlikely(bytes > SFC_MAX_ADVANCE)) goto doubt_8;
      mask_var(bytes, 2 * SFC_MAX_ADVANCE - 1);
      at += bytes;
      cursor += bytes;
      barrier_var(at);
      if (unlikely(at + 0 > (__u8 *)end || cursor + 0 > limit)) goto doubt_8;
    }
    goto node_43;
  }
  node_38: __maybe_unused;
#line 75 "programs/std/transport.sfc"
  {
    /* tcp_options_after */
    __u8 *ahead = at;
    if (unlikely(at + 4 > (__u8 *)end || cursor + 4 > limit)) goto exit_86;
    __u64 key0 __maybe_unused = sfc_be32(ahead) & 0xffffffffULL;
    if (key0 == 0x101080aULL) goto node_44;
    goto accept;
  }
  node_39: __maybe_unused;
#line 93 "programs/std/transport.sfc"
  {
    /* udp_payload_after */
    goto accept;
  }
  node_40: __maybe_unused;
#line 117 "programs/std/ip.sfc"
  {
    /* ipv6_ext_header_after */
#line 118 "programs/std/ip.sfc"
    if (unlikely(n_ext >= 8)) goto exit_89;
    if (unlikely(at + 2 > (__u8 *)end || cursor + 2 > limit)) goto exit_88;
    h_ext = at;
    n_ext++;
    at += 2;
    cursor += 2;
    {
      __u64 bits = 0x40ULL * (sfc_load8(h_ext + 1) & 0xffULL) + 0x30ULL;
      if (unlikely(bits > 16368 || (bits & 7))) goto exit_88;
      bits >>= 3;
      mask_var(bits, 0x7ff);
      at += bits;
      cursor += bits;
      barrier_var(at);
      if (unlikely(at + 0 > (__u8 *)end || cursor + 0 > limit)) goto exit_88;
    }
#line 119 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_ext) & 0xffULL & 0xffULL;
    }
    if (sfc_always()) goto node_22;
    goto exit_25;
  }
  node_41: __maybe_unused;
#line 50 "programs/std/ethernet.sfc"
  {
    /* tag_header_after */
#line 51 "programs/std/ethernet.sfc"
    if (unlikely(n_tags >= 2)) goto exit_93;
    if (unlikely(at + 4 > (__u8 *)end || cursor + 4 > limit)) goto exit_92;
    h_tags = at;
    n_tags++;
    at += 4;
    cursor += 4;
    if (keyed && n_tags == 1) {
      if (1 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x400;
      p->key[0] |= (sfc_load16(h_tags + 2) & 0xff0fULL) << 32;
    }
    if (keyed && n_tags == 2) {
      if (1 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x800;
      p->key[0] |= (sfc_load16(h_tags + 2) & 0xff0fULL) << 48;
    }
    if (sfc_always()) goto node_23;
    goto exit_25;
  }
  node_42: __maybe_unused;
#line 10 "programs/std/frame.sfc"
  {
    /* network_after */
    __u64 key0 __maybe_unused = sfc_be16(h_ether) & 0xffffULL;
    if (key0 == 0x800ULL) goto node_17;
    if (key0 == 0x86ddULL) goto node_18;
    goto accept;
  }
  node_43: __maybe_unused;
#line 15 "programs/std/srv6_tunnel.sfc"
  {
    /* segments_end_inside */
    __u64 key0 __maybe_unused = v0;
    __u64 key1 __maybe_unused = (__u64)n_behind;
    if (key0 == 0x3cULL && (key1 >= 0x0ULL && key1 <= 0x1ULL)) {
      if (sfc_always()) goto node_45;
      goto exit_25;
    }
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    goto node_14;
  }
  node_44: __maybe_unused;
#line 82 "programs/std/transport.sfc"
  {
    /* tcp_timestamp_after */
#line 83 "programs/std/transport.sfc"
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) goto exit_97;
    h_timestamp = at;
    at += 12;
    cursor += 12;
    if (keyed) {
      if (4 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x2;
      p->key[3] = sfc_load64(h_timestamp + 4);
    }
    goto accept;
  }
  node_45: __maybe_unused;
#line 22 "programs/std/srv6_tunnel.sfc"
  {
    /* behind_inside */
#line 23 "programs/std/srv6_tunnel.sfc"
    if (unlikely(n_behind >= 2)) goto doubt_12;
    if (unlikely(at + 2 > (__u8 *)end || cursor + 2 > limit)) goto doubt_11;
    h_behind = at;
    if (!n_behind) p->where[6].at = cursor;
    p->where[6].count = n_behind + 1;
    n_behind++;
    at += 2;
    cursor += 2;
    {
      __u64 bits = 0x40ULL * (sfc_load8(h_behind + 1) & 0xffULL) + 0x30ULL;
      if (unlikely(bits > 16368 || (bits & 7))) goto doubt_11;
      bits >>= 3;
      mask_var(bits, 0x7ff);
      at += bits;
      cursor += bits;
      barrier_var(at);
      if (unlikely(at + 0 > (__u8 *)end || cursor + 0 > limit)) goto doubt_11;
    }
#line 24 "programs/std/srv6_tunnel.sfc"
    {
      v0 = sfc_load8(h_behind) & 0xffULL & 0xffULL;
    }
    if (sfc_always()) goto node_43;
    goto exit_25;
  }
  accept: __maybe_unused;
  limit = sfc_launder(c, limit);
  p->end = limit == SFC_NO_LIMIT ? sfc_frameLength(ctx, SFC_INGRESS) : limit;
  {
  }
  if (keyed) {
    p->key[0] |= valid;
    if (!n_tcp) {
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      limit = sfc_launder(c, limit);
      if (limit == SFC_NO_LIMIT) limit = sfc_frameLength(ctx, SFC_INGRESS);
      p->key[1] = sfc_digest(ctx, SFC_INGRESS, data, end, cursor, limit);
    }
  }
  return 0;
  doubt_1: __maybe_unused;
  drop = 29;
  goto asked_0;
  doubt_2: __maybe_unused;
  drop = 30;
  goto asked_0;
  doubt_5: __maybe_unused;
  drop = 52;
  goto asked_0;
  doubt_6: __maybe_unused;
  drop = 53;
  goto asked_0;
  doubt_8: __maybe_unused;
  drop = 84;
  goto asked_0;
  doubt_11: __maybe_unused;
  drop = 100;
  goto asked_0;
  doubt_12: __maybe_unused;
  drop = 101;
  goto asked_0;
  asked_0: __maybe_unused;
  {
#line 16 "programs/srv6.sfc"
    if (unlikely(!(__u64)n_ipv6)) goto exit_1;
  }
  return sfc_exit(drop);
  exit_1: __maybe_unused;
  return sfc_exit(1);
  exit_25: __maybe_unused;
  return sfc_exit(25);
  exit_33: __maybe_unused;
  return sfc_exit(33);
  exit_35: __maybe_unused;
  return sfc_exit(35);
  exit_36: __maybe_unused;
  return sfc_exit(36);
  exit_39: __maybe_unused;
  return sfc_exit(39);
  exit_41: __maybe_unused;
  return sfc_exit(41);
  exit_42: __maybe_unused;
  return sfc_exit(42);
  exit_45: __maybe_unused;
  return sfc_exit(45);
  exit_51: __maybe_unused;
  return sfc_exit(51);
  exit_55: __maybe_unused;
  return sfc_exit(55);
  exit_58: __maybe_unused;
  return sfc_exit(58);
  exit_61: __maybe_unused;
  return sfc_exit(61);
  exit_64: __maybe_unused;
  return sfc_exit(64);
  exit_67: __maybe_unused;
  return sfc_exit(67);
  exit_70: __maybe_unused;
  return sfc_exit(70);
  exit_75: __maybe_unused;
  return sfc_exit(75);
  exit_76: __maybe_unused;
  return sfc_exit(76);
  exit_77: __maybe_unused;
  return sfc_exit(77);
  exit_81: __maybe_unused;
  return sfc_exit(81);
  exit_86: __maybe_unused;
  return sfc_exit(86);
  exit_88: __maybe_unused;
  return sfc_exit(88);
  exit_89: __maybe_unused;
  return sfc_exit(89);
  exit_92: __maybe_unused;
  return sfc_exit(92);
  exit_93: __maybe_unused;
  return sfc_exit(93);
  exit_97: __maybe_unused;
  return sfc_exit(97);
  exit_104: __maybe_unused;
  return sfc_exit(104);
  exit_105: __maybe_unused;
  return sfc_exit(105);
}

#line 1 "remembered"
static __always_inline int spec_wantsSum(const struct sfc_record *record) {
  return 0;
}

#endif
#if SFC_HOOKS & SFC_AT_EGRESS
static __always_inline __u32 spec_parseEgress(struct __sk_buff *ctx, struct sfc_packet *p, struct sfc_counters *c, const int keyed) {
  void *data __maybe_unused = (void *)(long)ctx->data;
  void *end __maybe_unused = (void *)(long)ctx->data_end;
  __u8 *at __maybe_unused = data;
  __u64 cursor __maybe_unused = 0;
  __u64 limit __maybe_unused = SFC_NO_LIMIT;
  __u32 valid __maybe_unused = 0;
  __u8 *h_mac __maybe_unused = 0;
  __u8 *h_tags __maybe_unused = 0;
  __u32 n_tags __maybe_unused = 0;
  __u8 *h_ether __maybe_unused = 0;
  __u64 l_ether __maybe_unused = 0;
  __u8 *h_tcp __maybe_unused = 0;
  __u32 n_tcp __maybe_unused = 0;
  __u8 *h_timestamp __maybe_unused = 0;
  __u8 *h_udp __maybe_unused = 0;
  __u8 *h_icmp __maybe_unused = 0;
  __u8 *h_sctp __maybe_unused = 0;
  __u8 *h_esp __maybe_unused = 0;
  __u8 *h_ah __maybe_unused = 0;
  __u8 *h_ipv4 __maybe_unused = 0;
  __u8 *h_ipv6 __maybe_unused = 0;
  __u8 *h_ext __maybe_unused = 0;
  __u32 n_ext __maybe_unused = 0;
  __u8 *h_fragment __maybe_unused = 0;
  __u32 n_fragment __maybe_unused = 0;
  __u64 v0 __maybe_unused = 0;
  p->region[0].at = SFC_NOWHERE;
  goto node_0;
  node_0: __maybe_unused;
#line 30 "programs/std/ethernet.sfc"
  {
    /* start */
#line 31 "programs/std/ethernet.sfc"
    if (unlikely(at + 12 > (__u8 *)end)) goto exit_5;
    h_mac = at;
    at += 12;
    cursor += 12;
    goto node_1;
  }
  node_1: __maybe_unused;
#line 35 "programs/std/ethernet.sfc"
  {
    /* tag_or_type */
    __u8 *ahead = at;
    if (unlikely(at + 2 > (__u8 *)end)) goto exit_5;
    __u64 key0 __maybe_unused = sfc_be16(ahead) & 0xffffULL;
    if (key0 == 0x8100ULL) {
      if (sfc_always()) goto node_2;
      goto exit_5;
    }
    if (key0 == 0x88a8ULL) {
      if (sfc_always()) goto node_2;
      goto exit_5;
    }
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_5;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    goto node_3;
  }
  node_2: __maybe_unused;
#line 43 "programs/std/ethernet.sfc"
  {
    /* tag */
    __u64 key0 __maybe_unused = (__u64)n_tags;
    if (key0 == 0x2ULL) goto exit_5;
    if (sfc_always()) goto node_4;
    goto exit_5;
  }
  node_3: __maybe_unused;
#line 55 "programs/std/ethernet.sfc"
  {
    /* type */
#line 56 "programs/std/ethernet.sfc"
    if (unlikely(at + 2 > (__u8 *)end)) goto exit_5;
    h_ether = at;
    l_ether = cursor;
    at += 2;
    cursor += 2;
    goto node_5;
  }
  node_4: __maybe_unused;
#line 50 "programs/std/ethernet.sfc"
  {
    /* tag_header */
#line 51 "programs/std/ethernet.sfc"
    if (unlikely(n_tags >= 2)) goto exit_5;
    if (unlikely(at + 4 > (__u8 *)end)) goto exit_5;
    h_tags = at;
    n_tags++;
    at += 4;
    cursor += 4;
    if (keyed && n_tags == 1) {
      if (1 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x400;
      p->key[0] |= (sfc_load16(h_tags + 2) & 0xff0fULL) << 32;
    }
    if (keyed && n_tags == 2) {
      if (1 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x800;
      p->key[0] |= (sfc_load16(h_tags + 2) & 0xff0fULL) << 48;
    }
    if (sfc_always()) goto node_1;
    goto exit_5;
  }
  node_5: __maybe_unused;
#line 10 "programs/std/frame.sfc"
  {
    /* network */
    __u64 key0 __maybe_unused = sfc_be16(h_ether) & 0xffffULL;
    if (key0 == 0x800ULL) {
      p->region[0].at = cursor;
      p->region[0].next_header_at = l_ether + 0;
      goto node_6;
    }
    if (key0 == 0x86ddULL) {
      p->region[0].at = cursor;
      p->region[0].next_header_at = l_ether + 0;
      goto node_7;
    }
    goto accept;
  }
  node_6: __maybe_unused;
#line 75 "programs/std/ip.sfc"
  {
    /* ipv4_after */
#line 76 "programs/std/ip.sfc"
    if (unlikely(at + 20 > (__u8 *)end)) goto exit_5;
    h_ipv4 = at;
    at += 20;
    cursor += 20;
    {
      __u64 bits = 0x20ULL * ((sfc_load8(h_ipv4) & 0xfULL) - 0x5ULL);
      if (unlikely(bits > 320 || (bits & 7))) goto exit_5;
      bits >>= 3;
      mask_var(bits, 0x3f);
      at += bits;
      cursor += bits;
      barrier_var(at);
      if (unlikely(at + 0 > (__u8 *)end)) goto exit_5;
    }
#line 77 "programs/std/ip.sfc"
    {
      if (unlikely(!(__u64)((__s64)((sfc_load8(h_ipv4) >> 4) & 0xfULL) == (__s64)0x4ULL))) goto exit_5;
    }
#line 78 "programs/std/ip.sfc"
    {
      __u64 bytes = (sfc_be16(h_ipv4 + 2) & 0xffffULL) - 0x4ULL * (sfc_load8(h_ipv4) & 0xfULL);
      if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) goto exit_5;
      limit = cursor + bytes;
      if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, SFC_EGRESS))) goto exit_5;
    }
#line 79 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_ipv4 + 9) & 0xffULL & 0xffULL;
    }
    __u64 key0 __maybe_unused = (sfc_load8(h_ipv4 + 6) >> 5) & 0x1ULL;
    __u64 key1 __maybe_unused = sfc_be16(h_ipv4 + 6) & 0x1fffULL;
    if (keyed) {
      if (6 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x80;
      p->key[4] = sfc_load64(h_ipv4 + 4) & 0xff00ff3fffffULL;
      p->key[5] = sfc_load64(h_ipv4 + 12);
    }
    if (key0 == 0x0ULL && key1 == 0x0ULL) goto node_8;
    goto accept;
  }
  node_7: __maybe_unused;
#line 86 "programs/std/ip.sfc"
  {
    /* ipv6_after */
#line 87 "programs/std/ip.sfc"
    if (unlikely(at + 40 > (__u8 *)end)) goto exit_5;
    h_ipv6 = at;
    at += 40;
    cursor += 40;
#line 88 "programs/std/ip.sfc"
    {
      if (unlikely(!(__u64)((__s64)((sfc_load8(h_ipv6) >> 4) & 0xfULL) == (__s64)0x6ULL))) goto exit_5;
    }
#line 89 "programs/std/ip.sfc"
    {
      __u64 bytes = sfc_be16(h_ipv6 + 4) & 0xffffULL;
      if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) goto exit_5;
      limit = cursor + bytes;
      if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, SFC_EGRESS))) goto exit_5;
    }
#line 90 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_ipv6 + 6) & 0xffULL & 0xffULL;
    }
    if (keyed) {
      if (11 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x100;
      p->key[6] = sfc_load64(h_ipv6 + 1) & 0xff0000ffff0fULL;
      p->key[7] = sfc_load64(h_ipv6 + 8);
      p->key[8] = sfc_load64(h_ipv6 + 16);
      p->key[9] = sfc_load64(h_ipv6 + 24);
      p->key[10] = sfc_load64(h_ipv6 + 32);
    }
    goto node_9;
  }
  node_8: __maybe_unused;
#line 132 "programs/std/ip.sfc"
  {
    /* transport_after */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x6ULL) goto node_10;
    if (key0 == 0x11ULL) goto node_11;
    if (key0 == 0x1ULL) goto node_12;
    if (key0 == 0x3aULL) goto node_12;
    if (key0 == 0x84ULL) goto node_13;
    if (key0 == 0x32ULL) goto node_14;
    if (key0 == 0x33ULL) goto node_15;
    goto node_16;
  }
  node_9: __maybe_unused;
#line 94 "programs/std/ip.sfc"
  {
    /* ipv6_next_after */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x0ULL) {
      if (sfc_always()) goto node_17;
      goto exit_5;
    }
    if (key0 == 0x2bULL) {
      if (sfc_always()) goto node_18;
      goto exit_5;
    }
    if (key0 == 0x3cULL) {
      if (sfc_always()) goto node_17;
      goto exit_5;
    }
    if (key0 == 0x87ULL) {
      if (sfc_always()) goto node_17;
      goto exit_5;
    }
    if (key0 == 0x2cULL) {
      if (sfc_always()) goto node_19;
      goto exit_5;
    }
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_5;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    goto node_8;
  }
  node_10: __maybe_unused;
#line 67 "programs/std/transport.sfc"
  {
    /* tcp_after */
#line 68 "programs/std/transport.sfc"
    if (unlikely(at + 20 > (__u8 *)end || cursor + 20 > limit)) goto exit_5;
    h_tcp = at;
    n_tcp++;
    at += 20;
    cursor += 20;
    __u64 key0 __maybe_unused = (sfc_load8(h_tcp + 12) >> 4) & 0xfULL;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x1;
      p->key[1] = sfc_load64(h_tcp + 0);
      p->key[2] = sfc_load64(h_tcp + 8) & 0x3f00ffffffffULL;
    }
    if (key0 >= 0x8ULL && key0 <= 0xfULL) goto node_20;
    goto accept;
  }
  node_11: __maybe_unused;
#line 87 "programs/std/transport.sfc"
  {
    /* udp_after */
#line 88 "programs/std/transport.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_5;
    h_udp = at;
    at += 8;
    cursor += 8;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x4;
      p->key[2] = sfc_load64(h_udp + 0) & 0xffffffffffffULL;
    }
    goto node_21;
  }
  node_12: __maybe_unused;
#line 97 "programs/std/transport.sfc"
  {
    /* icmp_after */
#line 98 "programs/std/transport.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_5;
    h_icmp = at;
    at += 8;
    cursor += 8;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x8;
      p->key[2] = sfc_load64(h_icmp + 0) & 0xffffffff0000ffffULL;
    }
    goto accept;
  }
  node_13: __maybe_unused;
#line 102 "programs/std/transport.sfc"
  {
    /* sctp_after */
#line 103 "programs/std/transport.sfc"
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) goto exit_5;
    h_sctp = at;
    at += 12;
    cursor += 12;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x10;
      p->key[2] = sfc_load64(h_sctp + 0);
    }
    goto accept;
  }
  node_14: __maybe_unused;
#line 107 "programs/std/transport.sfc"
  {
    /* esp_after */
#line 108 "programs/std/transport.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_5;
    h_esp = at;
    at += 8;
    cursor += 8;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x20;
      p->key[2] = sfc_load64(h_esp + 0);
    }
    goto accept;
  }
  node_15: __maybe_unused;
#line 112 "programs/std/transport.sfc"
  {
    /* ah_after */
#line 113 "programs/std/transport.sfc"
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) goto exit_5;
    h_ah = at;
    at += 12;
    cursor += 12;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x40;
      p->key[2] = sfc_load64(h_ah + 4);
    }
    goto accept;
  }
  node_16: __maybe_unused;
#line 28 "programs/std/srv6_tunnel.sfc"
  {
    /* other_protocol_after */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x4ULL) goto accept;
    if (key0 == 0x29ULL) goto accept;
    if (key0 == 0x8fULL) goto accept;
    goto accept;
  }
  node_17: __maybe_unused;
#line 110 "programs/std/ip.sfc"
  {
    /* ipv6_ext_after */
    __u64 key0 __maybe_unused = (__u64)n_ext;
    if (key0 == 0x8ULL) {
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_5;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      goto accept;
    }
    if (sfc_always()) goto node_22;
    goto exit_5;
  }
  node_18: __maybe_unused;
#line 26 "programs/std/srv6.sfc"
  {
    /* ipv6_routing_after */
    __u8 *ahead = at;
    if (unlikely(at + 3 > (__u8 *)end || cursor + 3 > limit)) goto exit_5;
    __u64 key0 __maybe_unused = ((sfc_load8(ahead) << 16) | (sfc_load8(ahead + 1) << 8) | sfc_load8(ahead + 2)) & 0xffffffULL;
    if ((key0 & 0xffULL) == 0x4ULL) {
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_5;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      goto accept;
    }
    if (sfc_always()) goto node_17;
    goto exit_5;
  }
  node_19: __maybe_unused;
#line 123 "programs/std/ip.sfc"
  {
    /* ipv6_fragment_after */
#line 124 "programs/std/ip.sfc"
    if (unlikely(n_fragment >= 1)) goto exit_5;
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_5;
    h_fragment = at;
    n_fragment++;
    at += 8;
    cursor += 8;
#line 125 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_fragment) & 0xffULL & 0xffULL;
    }
    __u64 key0 __maybe_unused = sfc_load8(h_fragment + 3) & 0x1ULL;
    __u64 key1 __maybe_unused = (sfc_be16(h_fragment + 2) >> 3) & 0x1fffULL;
    if (keyed) {
      if (12 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x200;
      p->key[11] = sfc_load64(h_fragment + 0) & 0xfffffffff9ff00ffULL;
    }
    if (key0 == 0x0ULL && key1 == 0x0ULL) {
      if (sfc_always()) goto node_9;
      goto exit_5;
    }
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_5;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    goto accept;
  }
  node_20: __maybe_unused;
#line 75 "programs/std/transport.sfc"
  {
    /* tcp_options_after */
    __u8 *ahead = at;
    if (unlikely(at + 4 > (__u8 *)end || cursor + 4 > limit)) goto exit_5;
    __u64 key0 __maybe_unused = sfc_be32(ahead) & 0xffffffffULL;
    if (key0 == 0x101080aULL) goto node_23;
    goto accept;
  }
  node_21: __maybe_unused;
#line 93 "programs/std/transport.sfc"
  {
    /* udp_payload_after */
    goto accept;
  }
  node_22: __maybe_unused;
#line 117 "programs/std/ip.sfc"
  {
    /* ipv6_ext_header_after */
#line 118 "programs/std/ip.sfc"
    if (unlikely(n_ext >= 8)) goto exit_5;
    if (unlikely(at + 2 > (__u8 *)end || cursor + 2 > limit)) goto exit_5;
    h_ext = at;
    n_ext++;
    at += 2;
    cursor += 2;
    {
      __u64 bits = 0x40ULL * (sfc_load8(h_ext + 1) & 0xffULL) + 0x30ULL;
      if (unlikely(bits > 16368 || (bits & 7))) goto exit_5;
      bits >>= 3;
      mask_var(bits, 0x7ff);
      at += bits;
      cursor += bits;
      barrier_var(at);
      if (unlikely(at + 0 > (__u8 *)end || cursor + 0 > limit)) goto exit_5;
    }
#line 119 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_ext) & 0xffULL & 0xffULL;
    }
    if (sfc_always()) goto node_9;
    goto exit_5;
  }
  node_23: __maybe_unused;
#line 82 "programs/std/transport.sfc"
  {
    /* tcp_timestamp_after */
#line 83 "programs/std/transport.sfc"
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) goto exit_5;
    h_timestamp = at;
    at += 12;
    cursor += 12;
    if (keyed) {
      if (4 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x2;
      p->key[3] = sfc_load64(h_timestamp + 4);
    }
    goto accept;
  }
  accept: __maybe_unused;
  limit = sfc_launder(c, limit);
  p->end = limit == SFC_NO_LIMIT ? sfc_frameLength(ctx, SFC_EGRESS) : limit;
  if (keyed) {
    p->key[0] |= valid;
    if (!n_tcp) {
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_5;
      mask_var(cursor, SFC_CURSOR_MASK);
      limit = sfc_launder(c, limit);
      if (limit == SFC_NO_LIMIT) limit = sfc_frameLength(ctx, SFC_EGRESS);
      p->key[1] = sfc_digest(ctx, SFC_EGRESS, data, end, cursor, limit);
    }
  }
  return 0;
  exit_5: __maybe_unused;
  return sfc_exit(5);
}

#line 1 "on return"
static __always_inline __u32 spec_onReturn(struct __sk_buff *skb, const struct sfc_packet *p, struct sfc_record *record, __u8 *bytes, __u64 length, struct sfc_popped *popped, struct sfc_insert *insert, __u8 *pushed) {
  __u64 v0 __maybe_unused = 0;
#line 21 "programs/srv6.sfc"
  if ((__u64)!(__u64)record->where[4].count) {
#line 22 "programs/srv6.sfc"
    return 106;
  }
#line 24 "programs/srv6.sfc"
  {
    __u8 *to = sfc_element(bytes, record->where[4], 0, 8);
    if (to) {
      __u64 value = (({ const __u8 *h = sfc_element(bytes, record->where[4], 0, 8); h ? (sfc_load8(h + 3) & 0xffULL) : 0; }) - 0x1ULL) & 0xffULL;
      sfc_put8(to + 3, (sfc_load8(to + 3) & ~0xffULL) | (value & 0xffULL));
    }
  }
#line 25 "programs/srv6.sfc"
  {
    __u8 *to = sfc_element(bytes, record->where[1], 0, 40);
    const __u8 *from = sfc_element(bytes, record->where[5], ({ const __u8 *h = sfc_element(bytes, record->where[4], 0, 8); h ? (sfc_load8(h + 3) & 0xffULL) : 0; }), 16);
    if (to && from) __builtin_memmove(to + 24, from + 0, 16);
  }
#line 26 "programs/srv6.sfc"
  {
    __u8 *to = sfc_element(bytes, record->where[1], 0, 40);
    if (to) {
      __u64 value = (({ const __u8 *h = sfc_element(bytes, record->where[1], 0, 40); h ? (sfc_load8(h + 7) & 0xffULL) : 0; }) - 0x1ULL) & 0xffULL;
      sfc_put8(to + 7, (sfc_load8(to + 7) & ~0xffULL) | (value & 0xffULL));
    }
  }
  return 0;
}
