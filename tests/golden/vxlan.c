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
  flags = sfc_addTunnel(flags, record->where[3], place, BPF_F_ADJ_ROOM_ENCAP_L3_IPV4);
  flags = sfc_addTunnel(flags, record->where[4], place, BPF_F_ADJ_ROOM_ENCAP_L3_IPV6);
  flags = sfc_addTunnel(flags, record->where[5], place, BPF_F_ADJ_ROOM_ENCAP_L4_UDP);
  return flags;
}

static __always_inline void spec_clearIdentification(const struct sfc_record *record, __u8 *bytes) {
  sfc_clearIdentification(bytes, record->where[3]);
}

#line 1 "computed"
static __always_inline int spec_updateComputed(struct sfc_record *record, struct sfc_work *work, const struct sfc_change *change) {
  if (sfc_fixLength(work->after, record->where[3], 2, change)) return 0;
  if (sfc_fixLength(work->after, record->where[4], 4, change)) return 0;
  if (sfc_fixLength(work->after, record->where[5], 4, change)) return 0;
  if (record->where[5].count) {
    __u64 from = record->where[5].at;
    __u32 pseudo = 0;
    if (record->where[3].count && record->where[3].at < from) pseudo = sfc_fold(sfc_changeOf(work, record->where[3].at + 12, 4, pseudo));
    if (record->where[3].count && record->where[3].at < from) pseudo = sfc_fold(sfc_changeOf(work, record->where[3].at + 16, 4, pseudo));
    if (record->where[4].count && record->where[4].at < from) pseudo = sfc_fold(sfc_changeOf(work, record->where[4].at + 8, 16, pseudo));
    if (record->where[4].count && record->where[4].at < from) pseudo = sfc_fold(sfc_changeOf(work, record->where[4].at + 24, 16, pseudo));
    const __u8 *old = sfc_headerAt(work->before, record->where[5], 4, 2);
    const __u8 *new = sfc_headerAt(work->after, record->where[5], 4, 2);
    if (old && new) pseudo += sfc_load16(new) + (__u16)~sfc_load16(old);
    __u64 n = change->length > from ? (change->length - from) : 0;
    sfc_fixChecksum(work, record->where[5], 6, from, n, 1, 1, pseudo, change);
  }
  if (record->where[3].count) {
    __u64 from = record->where[3].at;
    __u32 pseudo = 0;
    __u64 n = ({ const __u8 *h = sfc_headerAt(work->after, record->where[3], 0, 20); h ? (20 + ((0x20ULL * ((sfc_load8(h) & 0xfULL) - 0x5ULL)) >> 3)) : 0; });
    sfc_fixChecksum(work, record->where[3], 10, from, n, 0, 0, pseudo, change);
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
  __u8 *h_vxlan __maybe_unused = 0;
  __u64 v0 __maybe_unused = 0;
  goto node_0;
  node_0: __maybe_unused;
#line 30 "programs/std/ethernet.sfc"
  {
    /* start */
#line 31 "programs/std/ethernet.sfc"
    if (unlikely(at + 12 > (__u8 *)end)) goto exit_1;
    h_mac = at;
    p->where[0] = (struct sfc_where){cursor, 1};
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
    p->where[1] = (struct sfc_where){cursor, 1};
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
    if (!n_tags) p->where[2].at = cursor;
    p->where[2].count = n_tags + 1;
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
    p->where[3] = (struct sfc_where){cursor, 1};
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
    p->where[4] = (struct sfc_where){cursor, 1};
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
    if (key0 == 0x11ULL) goto node_10;
    if (key0 == 0x1ULL) goto exit_1;
    if (key0 == 0x3aULL) goto exit_1;
    if (key0 == 0x84ULL) goto exit_1;
    if (key0 == 0x32ULL) goto exit_1;
    if (key0 == 0x33ULL) goto exit_1;
    goto exit_1;
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
#line 87 "programs/std/transport.sfc"
  {
    /* udp */
#line 88 "programs/std/transport.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_1;
    h_udp = at;
    p->where[5] = (struct sfc_where){cursor, 1};
    at += 8;
    cursor += 8;
    goto node_14;
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
#line 106 "programs/std/ip.sfc"
  {
    /* ipv6_routing */
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
    p->where[6] = (struct sfc_where){cursor, 1};
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
#line 12 "programs/vxlan.sfc"
  {
    /* udp_payload */
    __u64 key0 __maybe_unused = sfc_be16(h_udp + 2) & 0xffffULL;
    if (key0 == 0x12b5ULL) goto node_16;
    if (key0 == 0x12b6ULL) goto node_17;
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
    if (!n_ext) p->where[7].at = cursor;
    p->where[7].count = n_ext + 1;
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
#line 20 "programs/vxlan.sfc"
  {
    /* vxlan_inside */
#line 21 "programs/vxlan.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_1;
    h_vxlan = at;
    p->where[8] = (struct sfc_where){cursor, 1};
    at += 8;
    cursor += 8;
    __u64 key0 __maybe_unused = (sfc_load8(h_vxlan) >> 3) & 0x1ULL;
    if (key0 == 0x1ULL) {
      {
      }
      p->whole = 1;
      p->region[0].at = 0;
      p->region[0].length = cursor;
      if (unlikely(p->region[0].length > 384)) goto exit_1;
      n_tags = 0;
      valid &= ~0xc00;
      p->key[0] &= ~(0xff0fULL << 32);
      p->key[0] &= ~(0xff0fULL << 48);
      n_fragment = 0;
      n_ext = 0;
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      limit = sfc_launder(c, limit);
      goto node_18;
    }
    goto exit_1;
  }
  node_17: __maybe_unused;
#line 28 "programs/vxlan.sfc"
  {
    /* vxlan_gpe_inside */
#line 29 "programs/vxlan.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_1;
    h_vxlan = at;
    p->where[8] = (struct sfc_where){cursor, 1};
    at += 8;
    cursor += 8;
    __u64 key0 __maybe_unused = (sfc_load8(h_vxlan) >> 4) & 0x3ULL;
    __u64 key1 __maybe_unused = sfc_load8(h_vxlan) & 0x1ULL;
    __u64 key2 __maybe_unused = (sfc_load8(h_vxlan) >> 2) & 0x1ULL;
    __u64 key3 __maybe_unused = sfc_load8(h_vxlan + 3) & 0xffULL;
    if (key0 == 0x0ULL && key1 == 0x0ULL && key2 == 0x0ULL) {
      {
      }
      p->whole = 1;
      p->region[0].at = 0;
      p->region[0].length = cursor;
      if (unlikely(p->region[0].length > 384)) goto exit_1;
      n_tags = 0;
      valid &= ~0xc00;
      p->key[0] &= ~(0xff0fULL << 32);
      p->key[0] &= ~(0xff0fULL << 48);
      n_fragment = 0;
      n_ext = 0;
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      limit = sfc_launder(c, limit);
      goto node_18;
    }
    if (key0 == 0x0ULL && key1 == 0x0ULL && key2 == 0x1ULL && key3 == 0x1ULL) {
      {
      }
      p->region[0].length = cursor - p->region[0].at;
      p->region[0].next_header_value = 0x800;
      if (unlikely(p->region[0].length > 384)) goto exit_1;
      n_fragment = 0;
      n_ext = 0;
      p->where[0].count = 0;
      p->where[1].count = 0;
      p->where[2].count = 0;
      p->where[3].at -= p->region[0].at;
      p->where[4].at -= p->region[0].at;
      p->where[5].at -= p->region[0].at;
      p->where[6].at -= p->region[0].at;
      p->where[7].at -= p->region[0].at;
      p->where[8].at -= p->region[0].at;
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      limit = sfc_launder(c, limit);
      goto node_19;
    }
    if (key0 == 0x0ULL && key1 == 0x0ULL && key2 == 0x1ULL && key3 == 0x2ULL) {
      {
      }
      p->region[0].length = cursor - p->region[0].at;
      p->region[0].next_header_value = 0x86dd;
      if (unlikely(p->region[0].length > 384)) goto exit_1;
      n_fragment = 0;
      n_ext = 0;
      p->where[0].count = 0;
      p->where[1].count = 0;
      p->where[2].count = 0;
      p->where[3].at -= p->region[0].at;
      p->where[4].at -= p->region[0].at;
      p->where[5].at -= p->region[0].at;
      p->where[6].at -= p->region[0].at;
      p->where[7].at -= p->region[0].at;
      p->where[8].at -= p->region[0].at;
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      limit = sfc_launder(c, limit);
      goto node_20;
    }
    if (key0 == 0x0ULL && key1 == 0x0ULL && key2 == 0x1ULL && key3 == 0x3ULL) {
      {
      }
      p->whole = 1;
      p->region[0].at = 0;
      p->region[0].length = cursor;
      if (unlikely(p->region[0].length > 384)) goto exit_1;
      n_tags = 0;
      valid &= ~0xc00;
      p->key[0] &= ~(0xff0fULL << 32);
      p->key[0] &= ~(0xff0fULL << 48);
      n_fragment = 0;
      n_ext = 0;
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      limit = sfc_launder(c, limit);
      goto node_18;
    }
    goto exit_1;
  }
  node_18: __maybe_unused;
#line 30 "programs/std/ethernet.sfc"
  {
    /* start_after */
#line 31 "programs/std/ethernet.sfc"
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) goto exit_32;
    h_mac = at;
    at += 12;
    cursor += 12;
    goto node_21;
  }
  node_19: __maybe_unused;
#line 75 "programs/std/ip.sfc"
  {
    /* ipv4_after */
#line 76 "programs/std/ip.sfc"
    if (unlikely(at + 20 > (__u8 *)end || cursor + 20 > limit)) goto exit_35;
    h_ipv4 = at;
    at += 20;
    cursor += 20;
    {
      __u64 bits = 0x20ULL * ((sfc_load8(h_ipv4) & 0xfULL) - 0x5ULL);
      if (unlikely(bits > 320 || (bits & 7))) goto exit_35;
      bits >>= 3;
      mask_var(bits, 0x3f);
      at += bits;
      cursor += bits;
      barrier_var(at);
      if (unlikely(at + 0 > (__u8 *)end || cursor + 0 > limit)) goto exit_35;
    }
#line 77 "programs/std/ip.sfc"
    {
      if (unlikely(!(__u64)((__s64)((sfc_load8(h_ipv4) >> 4) & 0xfULL) == (__s64)0x4ULL))) goto exit_37;
    }
#line 78 "programs/std/ip.sfc"
    {
      __u64 bytes = (sfc_be16(h_ipv4 + 2) & 0xffffULL) - 0x4ULL * (sfc_load8(h_ipv4) & 0xfULL);
      if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) goto exit_38;
      limit = cursor + bytes;
      if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, SFC_INGRESS))) goto exit_38;
    }
#line 79 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_ipv4 + 9) & 0xffULL & 0xffULL;
    }
    __u64 key0 __maybe_unused = (sfc_load8(h_ipv4 + 6) >> 5) & 0x1ULL;
    __u64 key1 __maybe_unused = sfc_be16(h_ipv4 + 6) & 0x1fffULL;
    if (keyed) {
      if (7 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x80;
      p->key[5] = sfc_load64(h_ipv4 + 4) & 0xff00ff3fffffULL;
      p->key[6] = sfc_load64(h_ipv4 + 12);
    }
    if (key0 == 0x0ULL && key1 == 0x0ULL) goto node_22;
    goto accept;
  }
  node_20: __maybe_unused;
#line 86 "programs/std/ip.sfc"
  {
    /* ipv6_after */
#line 87 "programs/std/ip.sfc"
    if (unlikely(at + 40 > (__u8 *)end || cursor + 40 > limit)) goto exit_41;
    h_ipv6 = at;
    at += 40;
    cursor += 40;
#line 88 "programs/std/ip.sfc"
    {
      if (unlikely(!(__u64)((__s64)((sfc_load8(h_ipv6) >> 4) & 0xfULL) == (__s64)0x6ULL))) goto exit_43;
    }
#line 89 "programs/std/ip.sfc"
    {
      __u64 bytes = sfc_be16(h_ipv6 + 4) & 0xffffULL;
      if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) goto exit_44;
      limit = cursor + bytes;
      if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, SFC_INGRESS))) goto exit_44;
    }
#line 90 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_ipv6 + 6) & 0xffULL & 0xffULL;
    }
    if (keyed) {
      if (12 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x100;
      p->key[7] = sfc_load64(h_ipv6 + 1) & 0xff0000ffff0fULL;
      p->key[8] = sfc_load64(h_ipv6 + 8);
      p->key[9] = sfc_load64(h_ipv6 + 16);
      p->key[10] = sfc_load64(h_ipv6 + 24);
      p->key[11] = sfc_load64(h_ipv6 + 32);
    }
    goto node_23;
  }
  node_21: __maybe_unused;
#line 35 "programs/std/ethernet.sfc"
  {
    /* tag_or_type_after */
    __u8 *ahead = at;
    if (unlikely(at + 2 > (__u8 *)end || cursor + 2 > limit)) goto exit_47;
    __u64 key0 __maybe_unused = sfc_be16(ahead) & 0xffffULL;
    if (key0 == 0x8100ULL) {
      if (sfc_always()) goto node_24;
      goto exit_25;
    }
    if (key0 == 0x88a8ULL) {
      if (sfc_always()) goto node_24;
      goto exit_25;
    }
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    goto node_25;
  }
  node_22: __maybe_unused;
#line 132 "programs/std/ip.sfc"
  {
    /* transport_after */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x6ULL) goto node_26;
    if (key0 == 0x11ULL) goto node_27;
    if (key0 == 0x1ULL) goto node_28;
    if (key0 == 0x3aULL) goto node_28;
    if (key0 == 0x84ULL) goto node_29;
    if (key0 == 0x32ULL) goto node_30;
    if (key0 == 0x33ULL) goto node_31;
    goto node_32;
  }
  node_23: __maybe_unused;
#line 94 "programs/std/ip.sfc"
  {
    /* ipv6_next_after */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x0ULL) {
      if (sfc_always()) goto node_33;
      goto exit_25;
    }
    if (key0 == 0x2bULL) {
      if (sfc_always()) goto node_34;
      goto exit_25;
    }
    if (key0 == 0x3cULL) {
      if (sfc_always()) goto node_33;
      goto exit_25;
    }
    if (key0 == 0x87ULL) {
      if (sfc_always()) goto node_33;
      goto exit_25;
    }
    if (key0 == 0x2cULL) {
      if (sfc_always()) goto node_35;
      goto exit_25;
    }
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    goto node_22;
  }
  node_24: __maybe_unused;
#line 43 "programs/std/ethernet.sfc"
  {
    /* tag_after */
    __u64 key0 __maybe_unused = (__u64)n_tags;
    if (key0 == 0x2ULL) goto exit_1;
    if (sfc_always()) goto node_36;
    goto exit_25;
  }
  node_25: __maybe_unused;
#line 55 "programs/std/ethernet.sfc"
  {
    /* type_after */
#line 56 "programs/std/ethernet.sfc"
    if (unlikely(at + 2 > (__u8 *)end || cursor + 2 > limit)) goto exit_51;
    h_ether = at;
    l_ether = cursor;
    at += 2;
    cursor += 2;
    goto node_37;
  }
  node_26: __maybe_unused;
#line 67 "programs/std/transport.sfc"
  {
    /* tcp_after */
#line 68 "programs/std/transport.sfc"
    if (unlikely(at + 20 > (__u8 *)end || cursor + 20 > limit)) goto exit_54;
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
  node_27: __maybe_unused;
#line 87 "programs/std/transport.sfc"
  {
    /* udp_after */
#line 88 "programs/std/transport.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_57;
    h_udp = at;
    at += 8;
    cursor += 8;
    if (keyed) {
      if (5 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x4;
      p->key[4] = sfc_load64(h_udp + 0) & 0xffffffffffffULL;
    }
    goto node_39;
  }
  node_28: __maybe_unused;
#line 97 "programs/std/transport.sfc"
  {
    /* icmp_after */
#line 98 "programs/std/transport.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_60;
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
  node_29: __maybe_unused;
#line 102 "programs/std/transport.sfc"
  {
    /* sctp_after */
#line 103 "programs/std/transport.sfc"
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) goto exit_63;
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
  node_30: __maybe_unused;
#line 107 "programs/std/transport.sfc"
  {
    /* esp_after */
#line 108 "programs/std/transport.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_66;
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
  node_31: __maybe_unused;
#line 112 "programs/std/transport.sfc"
  {
    /* ah_after */
#line 113 "programs/std/transport.sfc"
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) goto exit_69;
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
  node_32: __maybe_unused;
#line 146 "programs/std/ip.sfc"
  {
    /* other_protocol_after */
    goto accept;
  }
  node_33: __maybe_unused;
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
  node_34: __maybe_unused;
#line 106 "programs/std/ip.sfc"
  {
    /* ipv6_routing_after */
    if (sfc_always()) goto node_33;
    goto exit_25;
  }
  node_35: __maybe_unused;
#line 123 "programs/std/ip.sfc"
  {
    /* ipv6_fragment_after */
#line 124 "programs/std/ip.sfc"
    if (unlikely(n_fragment >= 1)) goto exit_76;
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_75;
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
      if (13 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x200;
      p->key[12] = sfc_load64(h_fragment + 0) & 0xfffffffff9ff00ffULL;
    }
    if (key0 == 0x0ULL && key1 == 0x0ULL) {
      if (sfc_always()) goto node_23;
      goto exit_25;
    }
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    goto accept;
  }
  node_36: __maybe_unused;
#line 50 "programs/std/ethernet.sfc"
  {
    /* tag_header_after */
#line 51 "programs/std/ethernet.sfc"
    if (unlikely(n_tags >= 2)) goto exit_80;
    if (unlikely(at + 4 > (__u8 *)end || cursor + 4 > limit)) goto exit_79;
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
    if (sfc_always()) goto node_21;
    goto exit_25;
  }
  node_37: __maybe_unused;
#line 10 "programs/std/frame.sfc"
  {
    /* network_after */
    __u64 key0 __maybe_unused = sfc_be16(h_ether) & 0xffffULL;
    if (key0 == 0x800ULL) goto node_19;
    if (key0 == 0x86ddULL) goto node_20;
    goto accept;
  }
  node_38: __maybe_unused;
#line 75 "programs/std/transport.sfc"
  {
    /* tcp_options_after */
    __u8 *ahead = at;
    if (unlikely(at + 4 > (__u8 *)end || cursor + 4 > limit)) goto exit_83;
    __u64 key0 __maybe_unused = sfc_be32(ahead) & 0xffffffffULL;
    if (key0 == 0x101080aULL) goto node_41;
    goto accept;
  }
  node_39: __maybe_unused;
#line 12 "programs/vxlan.sfc"
  {
    /* udp_payload_after */
    __u64 key0 __maybe_unused = sfc_be16(h_udp + 2) & 0xffffULL;
    if (key0 == 0x12b5ULL) goto accept;
    if (key0 == 0x12b6ULL) goto accept;
    goto accept;
  }
  node_40: __maybe_unused;
#line 117 "programs/std/ip.sfc"
  {
    /* ipv6_ext_header_after */
#line 118 "programs/std/ip.sfc"
    if (unlikely(n_ext >= 8)) goto exit_86;
    if (unlikely(at + 2 > (__u8 *)end || cursor + 2 > limit)) goto exit_85;
    h_ext = at;
    n_ext++;
    at += 2;
    cursor += 2;
    {
      __u64 bits = 0x40ULL * (sfc_load8(h_ext + 1) & 0xffULL) + 0x30ULL;
      if (unlikely(bits > 16368 || (bits & 7))) goto exit_85;
      bits >>= 3;
      mask_var(bits, 0x7ff);
      at += bits;
      cursor += bits;
      barrier_var(at);
      if (unlikely(at + 0 > (__u8 *)end || cursor + 0 > limit)) goto exit_85;
    }
#line 119 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_ext) & 0xffULL & 0xffULL;
    }
    if (sfc_always()) goto node_23;
    goto exit_25;
  }
  node_41: __maybe_unused;
#line 82 "programs/std/transport.sfc"
  {
    /* tcp_timestamp_after */
#line 83 "programs/std/transport.sfc"
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) goto exit_89;
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
  exit_1: __maybe_unused;
  return sfc_exit(1);
  exit_25: __maybe_unused;
  return sfc_exit(25);
  exit_32: __maybe_unused;
  return sfc_exit(32);
  exit_35: __maybe_unused;
  return sfc_exit(35);
  exit_37: __maybe_unused;
  return sfc_exit(37);
  exit_38: __maybe_unused;
  return sfc_exit(38);
  exit_41: __maybe_unused;
  return sfc_exit(41);
  exit_43: __maybe_unused;
  return sfc_exit(43);
  exit_44: __maybe_unused;
  return sfc_exit(44);
  exit_47: __maybe_unused;
  return sfc_exit(47);
  exit_51: __maybe_unused;
  return sfc_exit(51);
  exit_54: __maybe_unused;
  return sfc_exit(54);
  exit_57: __maybe_unused;
  return sfc_exit(57);
  exit_60: __maybe_unused;
  return sfc_exit(60);
  exit_63: __maybe_unused;
  return sfc_exit(63);
  exit_66: __maybe_unused;
  return sfc_exit(66);
  exit_69: __maybe_unused;
  return sfc_exit(69);
  exit_75: __maybe_unused;
  return sfc_exit(75);
  exit_76: __maybe_unused;
  return sfc_exit(76);
  exit_79: __maybe_unused;
  return sfc_exit(79);
  exit_80: __maybe_unused;
  return sfc_exit(80);
  exit_83: __maybe_unused;
  return sfc_exit(83);
  exit_85: __maybe_unused;
  return sfc_exit(85);
  exit_86: __maybe_unused;
  return sfc_exit(86);
  exit_89: __maybe_unused;
  return sfc_exit(89);
}

#line 1 "remembered"
static __always_inline int spec_wantsSum(const struct sfc_record *record) {
  {
    const __u8 *h = sfc_headerAt((__u8 *)record->bytes, record->where[5], 6, 2);
    if (h && sfc_load16(h)) return 1;
  }
  return 0;
}

static __always_inline int spec_finish(struct sfc_record *record, __u64 length) {
  int finished = 0;
  if (record->where[5].count) {
    const __u64 from = record->where[5].at;
    __u32 pseudo = 0x1100;
    if (record->where[3].at < from) {
      const __u8 *h = sfc_headerAt(record->bytes, record->where[3], 12, 4);
      if (h) pseudo += sfc_wordsSum(h, 2);
    }
    if (record->where[3].at < from) {
      const __u8 *h = sfc_headerAt(record->bytes, record->where[3], 16, 4);
      if (h) pseudo += sfc_wordsSum(h, 2);
    }
    if (record->where[4].at < from) {
      const __u8 *h = sfc_headerAt(record->bytes, record->where[4], 8, 16);
      if (h) pseudo += sfc_wordsSum(h, 8);
    }
    if (record->where[4].at < from) {
      const __u8 *h = sfc_headerAt(record->bytes, record->where[4], 24, 16);
      if (h) pseudo += sfc_wordsSum(h, 8);
    }
    {
      const __u8 *h = sfc_headerAt(record->bytes, record->where[5], 4, 2);
      if (h) pseudo += sfc_wordsSum(h, 1);
    }
    const __u8 *field = sfc_headerAt(record->bytes, record->where[5], 6, 2);
    if (field && sfc_isStarted(sfc_load16(field), pseudo, 1)) finished |= sfc_finishChecksum(record, length, from, 6, pseudo, 1);
  }
  return finished;
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
      if (7 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x80;
      p->key[5] = sfc_load64(h_ipv4 + 4) & 0xff00ff3fffffULL;
      p->key[6] = sfc_load64(h_ipv4 + 12);
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
      if (12 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x100;
      p->key[7] = sfc_load64(h_ipv6 + 1) & 0xff0000ffff0fULL;
      p->key[8] = sfc_load64(h_ipv6 + 8);
      p->key[9] = sfc_load64(h_ipv6 + 16);
      p->key[10] = sfc_load64(h_ipv6 + 24);
      p->key[11] = sfc_load64(h_ipv6 + 32);
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
      if (5 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x4;
      p->key[4] = sfc_load64(h_udp + 0) & 0xffffffffffffULL;
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
#line 146 "programs/std/ip.sfc"
  {
    /* other_protocol_after */
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
#line 106 "programs/std/ip.sfc"
  {
    /* ipv6_routing_after */
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
      if (13 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x200;
      p->key[12] = sfc_load64(h_fragment + 0) & 0xfffffffff9ff00ffULL;
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
#line 12 "programs/vxlan.sfc"
  {
    /* udp_payload_after */
    __u64 key0 __maybe_unused = sfc_be16(h_udp + 2) & 0xffffULL;
    if (key0 == 0x12b5ULL) goto accept;
    if (key0 == 0x12b6ULL) goto accept;
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
#line 44 "programs/vxlan.sfc"
  if (0x0ULL) {
#line 45 "programs/vxlan.sfc"
    {
      __u8 *left = sfc_element(bytes, record->where[0], 0, 12);
      __u8 *right = sfc_element(bytes, record->where[0], 0, 12);
      __u8 retained[6];
      if (left && right) {
        left += 6;
        right += 0;
        __builtin_memcpy(retained, left, 6);
        __builtin_memcpy(left, right, 6);
        __builtin_memcpy(right, retained, 6);
      }
    }
#line 46 "programs/vxlan.sfc"
    {
      __u8 *left = sfc_element(bytes, record->where[3], 0, 20);
      __u8 *right = sfc_element(bytes, record->where[3], 0, 20);
      __u8 retained[4];
      if (left && right) {
        left += 12;
        right += 16;
        __builtin_memcpy(retained, left, 4);
        __builtin_memcpy(left, right, 4);
        __builtin_memcpy(right, retained, 4);
      }
    }
#line 47 "programs/vxlan.sfc"
    {
      __u8 *left = sfc_element(bytes, record->where[4], 0, 40);
      __u8 *right = sfc_element(bytes, record->where[4], 0, 40);
      __u8 retained[16];
      if (left && right) {
        left += 8;
        right += 24;
        __builtin_memcpy(retained, left, 16);
        __builtin_memcpy(left, right, 16);
        __builtin_memcpy(right, retained, 16);
      }
    }
  }
  return 0;
}
