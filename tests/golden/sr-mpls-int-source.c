static __always_inline int spec_save(void *data, void *end, const struct sfc_packet *p, struct sfc_record *record) {
  {
    __u8 *field = sfc_at(data, end, p->region[0].next_header_at, 2);
    if (!field) return 0;
    *(__u16 *)(record->saved + 0) = *(const __u16 *)field;
  }
  return 1;
}

static __always_inline int spec_rewrite(void *data, void *end, const struct sfc_packet *p) {
  {
    __u8 *field = sfc_at(data, end, p->region[0].next_header_at, 2);
    if (!field) return 0;
    sfc_put16(field, p->region[0].next_header_value);
  }
  return 1;
}

static __always_inline int spec_exchange(void *data, void *end, const struct sfc_packet *p, struct sfc_record *record) {
  {
    __u8 *field = sfc_at(data, end, p->region[0].next_header_at, 2);
    if (!field) return 0;
    *(__u16 *)(record->saved + 0) = *(const __u16 *)field;
    sfc_put16(field, p->region[0].next_header_value);
  }
  return 1;
}

static __always_inline int spec_deparseInPlace(void *data, void *end, const struct sfc_packet *p, const struct sfc_record *record) {
  {
    __u8 *field = sfc_at(data, end, p->region[0].next_header_at, 2);
    if (!field) return 0;
    *(__u16 *)field = *(const __u16 *)(record->saved + 0);
  }
  return 1;
}

static __always_inline int spec_deparse(const __u32 i, __u8 *head, __u64 from, const struct sfc_packet *p, const struct sfc_record *record) {
  if (i == 0) {
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
  __u8 *h_ext __maybe_unused = 0;
  __u32 n_ext __maybe_unused = 0;
  __u8 *h_fragment __maybe_unused = 0;
  __u32 n_fragment __maybe_unused = 0;
  __u8 *h_labels __maybe_unused = 0;
  __u32 n_labels __maybe_unused = 0;
  __u64 o_labels __maybe_unused = 0;
  __u8 *h_shim __maybe_unused = 0;
  __u8 *h_int_md __maybe_unused = 0;
  __u64 v0 __maybe_unused = 0;
  __u64 v1 __maybe_unused = 0;
  struct sfc_params *params = sfc_paramsHere();
  if (!params) goto exit_25;
  goto node_0;
  node_0: __maybe_unused;
#line 30 "programs/std/ethernet.sfc"
  {
    /* start */
#line 31 "programs/std/ethernet.sfc"
    if (unlikely(at + 12 > (__u8 *)end)) goto exit_1;
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
#line 49 "programs/std/mpls.sfc"
  {
    /* network */
    __u64 key0 __maybe_unused = sfc_be16(h_ether) & 0xffffULL;
    if (key0 == 0x8847ULL) {
      p->region[0].at = cursor;
      p->region[0].next_header_at = l_ether + 0;
      goto node_6;
    }
    if (key0 == 0x8848ULL) {
      p->region[0].at = cursor;
      p->region[0].next_header_at = l_ether + 0;
      goto node_6;
    }
    if (key0 == 0x800ULL) goto exit_1;
    if (key0 == 0x86ddULL) goto exit_1;
    goto exit_1;
  }
  node_6: __maybe_unused;
#line 60 "programs/std/mpls.sfc"
  {
    /* stack_inside */
#line 61 "programs/std/mpls.sfc"
    if (unlikely(n_labels >= 16)) goto doubt_1;
    if (unlikely(at + 4 > (__u8 *)end)) goto doubt_0;
    h_labels = at;
    if (!n_labels) o_labels = cursor;
    if (!n_labels) p->where[0].at = cursor;
    p->where[0].count = n_labels + 1;
    n_labels++;
    at += 4;
    cursor += 4;
    __u64 key0 __maybe_unused = sfc_load8(h_labels + 2) & 0x1ULL;
    if (key0 == 0x0ULL) {
      if (sfc_always()) goto node_6;
      goto exit_25;
    }
    if (key0 == 0x1ULL) {
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      goto node_7;
    }
    goto doubt_2;
  }
  node_7: __maybe_unused;
#line 18 "programs/std/int_mpls.sfc"
  {
    /* inner_inside */
    __u8 *ahead = at;
    if (unlikely(at + 1 > (__u8 *)end)) goto doubt_3;
    __u64 key0 __maybe_unused = (sfc_load8(ahead) >> 4) & 0xfULL;
    if (key0 == 0x4ULL) {
      {
#line 16 "programs/sr-mpls-int-source.sfc"
        __u8 *look_labels_0 = n_labels > 0 ? sfc_at(data, end, o_labels + 0, 4) : 0;
        barrier_var(look_labels_0);
        if (unlikely(!(__u64)((__u64)((__s64)(look_labels_0 ? ((sfc_be32(look_labels_0) >> 12) & 0xfffffULL) : 0) != (__s64)0x1ULL) && (__u64)((__s64)(look_labels_0 ? ((sfc_be32(look_labels_0) >> 12) & 0xfffffULL) : 0) != (__s64)0xeULL)))) goto exit_1;
#line 17 "programs/sr-mpls-int-source.sfc"
        if (unlikely(!(__u64)((__s64)(look_labels_0 ? (sfc_load8(look_labels_0 + 3) & 0xffULL) : 0) > (__s64)0x1ULL))) goto exit_88;
#line 12 "programs/sr-mpls-int-source.sfc"
        {
          __u64 hit0 = 0;
          do {  // table watch
            if (sfc_launder(c, n_labels) <= 0) break;
            __u8 *look_labels_0 = sfc_at(data, end, sfc_launder(c, o_labels + 0), 4);
            barrier_var(look_labels_0);
            if (!look_labels_0) break;
            __u8 *key = (__u8 *)&p->asked[0];
            sfc_put32(key + 0, (sfc_be32(look_labels_0) >> 12) & 0xfffffULL);
            hit0 = bpf_map_lookup_elem(&sfc_table_watch, key) != 0;
          } while (0);
          if (!hit0) sfc_count(c, 89);
          hit0 = sfc_launder(c, hit0);
          p->flags[0] |= hit0 << 0;
        }
      }
      p->region[0].length = cursor - p->region[0].at;
      p->region[0].next_header_value = 0x800;
      if (unlikely(p->region[0].length > 384)) goto exit_1;
      n_labels = 0;
      p->where[0].at -= p->region[0].at;
      p->where[1].count = 0;
      p->where[2].count = 0;
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      goto node_8;
    }
    if (key0 == 0x6ULL) {
      {
#line 16 "programs/sr-mpls-int-source.sfc"
        __u8 *look_labels_0 = n_labels > 0 ? sfc_at(data, end, o_labels + 0, 4) : 0;
        barrier_var(look_labels_0);
        if (unlikely(!(__u64)((__u64)((__s64)(look_labels_0 ? ((sfc_be32(look_labels_0) >> 12) & 0xfffffULL) : 0) != (__s64)0x1ULL) && (__u64)((__s64)(look_labels_0 ? ((sfc_be32(look_labels_0) >> 12) & 0xfffffULL) : 0) != (__s64)0xeULL)))) goto exit_1;
#line 17 "programs/sr-mpls-int-source.sfc"
        if (unlikely(!(__u64)((__s64)(look_labels_0 ? (sfc_load8(look_labels_0 + 3) & 0xffULL) : 0) > (__s64)0x1ULL))) goto exit_88;
#line 12 "programs/sr-mpls-int-source.sfc"
        {
          __u64 hit0 = 0;
          do {  // table watch
            if (sfc_launder(c, n_labels) <= 0) break;
            __u8 *look_labels_0 = sfc_at(data, end, sfc_launder(c, o_labels + 0), 4);
            barrier_var(look_labels_0);
            if (!look_labels_0) break;
            __u8 *key = (__u8 *)&p->asked[0];
            sfc_put32(key + 0, (sfc_be32(look_labels_0) >> 12) & 0xfffffULL);
            hit0 = bpf_map_lookup_elem(&sfc_table_watch, key) != 0;
          } while (0);
          if (!hit0) sfc_count(c, 89);
          hit0 = sfc_launder(c, hit0);
          p->flags[0] |= hit0 << 0;
        }
      }
      p->region[0].length = cursor - p->region[0].at;
      p->region[0].next_header_value = 0x86dd;
      if (unlikely(p->region[0].length > 384)) goto exit_1;
      n_labels = 0;
      p->where[0].at -= p->region[0].at;
      p->where[1].count = 0;
      p->where[2].count = 0;
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      goto node_9;
    }
    if (key0 == 0x1ULL) goto node_10;
    goto doubt_4;
  }
  node_8: __maybe_unused;
#line 75 "programs/std/ip.sfc"
  {
    /* ipv4_after */
#line 76 "programs/std/ip.sfc"
    if (unlikely(at + 20 > (__u8 *)end)) goto exit_31;
    h_ipv4 = at;
    at += 20;
    cursor += 20;
    {
      __u64 bits = 0x20ULL * ((sfc_load8(h_ipv4) & 0xfULL) - 0x5ULL);
      if (unlikely(bits > 320 || (bits & 7))) goto exit_31;
      bits >>= 3;
      mask_var(bits, 0x3f);
      at += bits;
      cursor += bits;
      barrier_var(at);
      if (unlikely(at + 0 > (__u8 *)end)) goto exit_31;
    }
#line 77 "programs/std/ip.sfc"
    {
      if (unlikely(!(__u64)((__s64)((sfc_load8(h_ipv4) >> 4) & 0xfULL) == (__s64)0x4ULL))) goto exit_33;
    }
#line 78 "programs/std/ip.sfc"
    {
      __u64 bytes = (sfc_be16(h_ipv4 + 2) & 0xffffULL) - 0x4ULL * (sfc_load8(h_ipv4) & 0xfULL);
      if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) goto exit_34;
      limit = cursor + bytes;
      if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, SFC_INGRESS))) goto exit_34;
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
    if (key0 == 0x0ULL && key1 == 0x0ULL) goto node_11;
    goto accept;
  }
  node_9: __maybe_unused;
#line 86 "programs/std/ip.sfc"
  {
    /* ipv6_after */
#line 87 "programs/std/ip.sfc"
    if (unlikely(at + 40 > (__u8 *)end)) goto exit_37;
    h_ipv6 = at;
    at += 40;
    cursor += 40;
#line 88 "programs/std/ip.sfc"
    {
      if (unlikely(!(__u64)((__s64)((sfc_load8(h_ipv6) >> 4) & 0xfULL) == (__s64)0x6ULL))) goto exit_39;
    }
#line 89 "programs/std/ip.sfc"
    {
      __u64 bytes = sfc_be16(h_ipv6 + 4) & 0xffffULL;
      if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) goto exit_40;
      limit = cursor + bytes;
      if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, SFC_INGRESS))) goto exit_40;
    }
#line 90 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_ipv6 + 6) & 0xffULL & 0xffULL;
    }
    if (keyed) {
      if (9 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x100;
      p->key[4] = sfc_load64(h_ipv6 + 1) & 0xff0000ffff0fULL;
      p->key[5] = sfc_load64(h_ipv6 + 8);
      p->key[6] = sfc_load64(h_ipv6 + 16);
      p->key[7] = sfc_load64(h_ipv6 + 24);
      p->key[8] = sfc_load64(h_ipv6 + 32);
    }
    goto node_12;
  }
  node_10: __maybe_unused;
#line 27 "programs/std/int_mpls.sfc"
  {
    /* shim_inside */
#line 28 "programs/std/int_mpls.sfc"
    if (unlikely(at + 4 > (__u8 *)end)) goto doubt_5;
    h_shim = at;
    p->where[1] = (struct sfc_where){cursor, 1};
    at += 4;
    cursor += 4;
    __u64 key0 __maybe_unused = sfc_load8(h_shim + 1) & 0xffULL;
    if (key0 >= 0x3ULL && key0 <= 0xffULL) goto node_13;
    goto doubt_8;
  }
  node_11: __maybe_unused;
#line 132 "programs/std/ip.sfc"
  {
    /* transport_after */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x6ULL) goto node_14;
    if (key0 == 0x11ULL) goto node_15;
    if (key0 == 0x1ULL) goto node_16;
    if (key0 == 0x3aULL) goto node_16;
    if (key0 == 0x84ULL) goto node_17;
    if (key0 == 0x32ULL) goto node_18;
    if (key0 == 0x33ULL) goto node_19;
    goto node_20;
  }
  node_12: __maybe_unused;
#line 94 "programs/std/ip.sfc"
  {
    /* ipv6_next_after */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x0ULL) {
      if (sfc_always()) goto node_21;
      goto exit_25;
    }
    if (key0 == 0x2bULL) {
      if (sfc_always()) goto node_22;
      goto exit_25;
    }
    if (key0 == 0x3cULL) {
      if (sfc_always()) goto node_21;
      goto exit_25;
    }
    if (key0 == 0x87ULL) {
      if (sfc_always()) goto node_21;
      goto exit_25;
    }
    if (key0 == 0x2cULL) {
      if (sfc_always()) goto node_23;
      goto exit_25;
    }
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    goto node_11;
  }
  node_13: __maybe_unused;
#line 35 "programs/std/int_mpls.sfc"
  {
    /* int_md_inside */
#line 36 "programs/std/int_mpls.sfc"
    if (unlikely(at + 12 > (__u8 *)end)) goto doubt_9;
    h_int_md = at;
    p->where[2] = (struct sfc_where){cursor, 1};
    at += 12;
    cursor += 12;
#line 37 "programs/std/int_mpls.sfc"
    {
      __u64 bytes = 0x4ULL * (sfc_load8(h_shim + 1) & 0xffULL) - 0xcULL;
      if (unlikely(bytes > SFC_MAX_ADVANCE)) goto doubt_11;
      mask_var(bytes, 2 * SFC_MAX_ADVANCE - 1);
      at += bytes;
      cursor += bytes;
      barrier_var(at);
      if (unlikely(at + 0 > (__u8 *)end)) goto doubt_11;
    }
    __u64 key0 __maybe_unused = (sfc_load8(h_int_md) >> 4) & 0xfULL;
    __u64 key1 __maybe_unused = sfc_be16(h_shim + 2) & 0xffffULL;
    if (key0 == 0x2ULL && key1 == 0x800ULL) {
      {
#line 16 "programs/sr-mpls-int-source.sfc"
        __u8 *look_labels_0 = n_labels > 0 ? sfc_at(data, end, o_labels + 0, 4) : 0;
        barrier_var(look_labels_0);
        if (unlikely(!(__u64)((__u64)((__s64)(look_labels_0 ? ((sfc_be32(look_labels_0) >> 12) & 0xfffffULL) : 0) != (__s64)0x1ULL) && (__u64)((__s64)(look_labels_0 ? ((sfc_be32(look_labels_0) >> 12) & 0xfffffULL) : 0) != (__s64)0xeULL)))) goto exit_1;
#line 17 "programs/sr-mpls-int-source.sfc"
        if (unlikely(!(__u64)((__s64)(look_labels_0 ? (sfc_load8(look_labels_0 + 3) & 0xffULL) : 0) > (__s64)0x1ULL))) goto exit_88;
#line 12 "programs/sr-mpls-int-source.sfc"
        {
          __u64 hit0 = 0;
          do {  // table watch
            if (sfc_launder(c, n_labels) <= 0) break;
            __u8 *look_labels_0 = sfc_at(data, end, sfc_launder(c, o_labels + 0), 4);
            barrier_var(look_labels_0);
            if (!look_labels_0) break;
            __u8 *key = (__u8 *)&p->asked[0];
            sfc_put32(key + 0, (sfc_be32(look_labels_0) >> 12) & 0xfffffULL);
            hit0 = bpf_map_lookup_elem(&sfc_table_watch, key) != 0;
          } while (0);
          if (!hit0) sfc_count(c, 89);
          hit0 = sfc_launder(c, hit0);
          p->flags[0] |= hit0 << 0;
        }
      }
      p->region[0].length = cursor - p->region[0].at;
      p->region[0].next_header_value = 0x800;
      if (unlikely(p->region[0].length > 384)) goto exit_1;
      n_labels = 0;
      p->where[0].at -= p->region[0].at;
      p->where[1].at -= p->region[0].at;
      p->where[2].at -= p->region[0].at;
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      goto node_8;
    }
    if (key0 == 0x2ULL && key1 == 0x86ddULL) {
      {
#line 16 "programs/sr-mpls-int-source.sfc"
        __u8 *look_labels_0 = n_labels > 0 ? sfc_at(data, end, o_labels + 0, 4) : 0;
        barrier_var(look_labels_0);
        if (unlikely(!(__u64)((__u64)((__s64)(look_labels_0 ? ((sfc_be32(look_labels_0) >> 12) & 0xfffffULL) : 0) != (__s64)0x1ULL) && (__u64)((__s64)(look_labels_0 ? ((sfc_be32(look_labels_0) >> 12) & 0xfffffULL) : 0) != (__s64)0xeULL)))) goto exit_1;
#line 17 "programs/sr-mpls-int-source.sfc"
        if (unlikely(!(__u64)((__s64)(look_labels_0 ? (sfc_load8(look_labels_0 + 3) & 0xffULL) : 0) > (__s64)0x1ULL))) goto exit_88;
#line 12 "programs/sr-mpls-int-source.sfc"
        {
          __u64 hit0 = 0;
          do {  // table watch
            if (sfc_launder(c, n_labels) <= 0) break;
            __u8 *look_labels_0 = sfc_at(data, end, sfc_launder(c, o_labels + 0), 4);
            barrier_var(look_labels_0);
            if (!look_labels_0) break;
            __u8 *key = (__u8 *)&p->asked[0];
            sfc_put32(key + 0, (sfc_be32(look_labels_0) >> 12) & 0xfffffULL);
            hit0 = bpf_map_lookup_elem(&sfc_table_watch, key) != 0;
          } while (0);
          if (!hit0) sfc_count(c, 89);
          hit0 = sfc_launder(c, hit0);
          p->flags[0] |= hit0 << 0;
        }
      }
      p->region[0].length = cursor - p->region[0].at;
      p->region[0].next_header_value = 0x86dd;
      if (unlikely(p->region[0].length > 384)) goto exit_1;
      n_labels = 0;
      p->where[0].at -= p->region[0].at;
      p->where[1].at -= p->region[0].at;
      p->where[2].at -= p->region[0].at;
      cursor = sfc_launder(c, cursor);
      if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
      mask_var(cursor, SFC_CURSOR_MASK);
      at = data + cursor;
      barrier_var(at);
      goto node_9;
    }
    goto doubt_13;
  }
  node_14: __maybe_unused;
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
    if (key0 >= 0x8ULL && key0 <= 0xfULL) goto node_24;
    goto accept;
  }
  node_15: __maybe_unused;
#line 87 "programs/std/transport.sfc"
  {
    /* udp_after */
#line 88 "programs/std/transport.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_57;
    h_udp = at;
    at += 8;
    cursor += 8;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x4;
      p->key[2] = sfc_load64(h_udp + 0) & 0xffffffffffffULL;
    }
    goto node_25;
  }
  node_16: __maybe_unused;
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
  node_17: __maybe_unused;
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
  node_18: __maybe_unused;
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
  node_19: __maybe_unused;
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
  node_20: __maybe_unused;
#line 146 "programs/std/ip.sfc"
  {
    /* other_protocol_after */
    goto accept;
  }
  node_21: __maybe_unused;
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
    if (sfc_always()) goto node_26;
    goto exit_25;
  }
  node_22: __maybe_unused;
#line 106 "programs/std/ip.sfc"
  {
    /* ipv6_routing_after */
    if (sfc_always()) goto node_21;
    goto exit_25;
  }
  node_23: __maybe_unused;
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
      if (10 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x200;
      p->key[9] = sfc_load64(h_fragment + 0) & 0xfffffffff9ff00ffULL;
    }
    if (key0 == 0x0ULL && key1 == 0x0ULL) {
      if (sfc_always()) goto node_12;
      goto exit_25;
    }
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    goto accept;
  }
  node_24: __maybe_unused;
#line 75 "programs/std/transport.sfc"
  {
    /* tcp_options_after */
    __u8 *ahead = at;
    if (unlikely(at + 4 > (__u8 *)end || cursor + 4 > limit)) goto exit_79;
    __u64 key0 __maybe_unused = sfc_be32(ahead) & 0xffffffffULL;
    if (key0 == 0x101080aULL) goto node_27;
    goto accept;
  }
  node_25: __maybe_unused;
#line 93 "programs/std/transport.sfc"
  {
    /* udp_payload_after */
    goto accept;
  }
  node_26: __maybe_unused;
#line 117 "programs/std/ip.sfc"
  {
    /* ipv6_ext_header_after */
#line 118 "programs/std/ip.sfc"
    if (unlikely(n_ext >= 8)) goto exit_82;
    if (unlikely(at + 2 > (__u8 *)end || cursor + 2 > limit)) goto exit_81;
    h_ext = at;
    n_ext++;
    at += 2;
    cursor += 2;
    {
      __u64 bits = 0x40ULL * (sfc_load8(h_ext + 1) & 0xffULL) + 0x30ULL;
      if (unlikely(bits > 16368 || (bits & 7))) goto exit_81;
      bits >>= 3;
      mask_var(bits, 0x7ff);
      at += bits;
      cursor += bits;
      barrier_var(at);
      if (unlikely(at + 0 > (__u8 *)end || cursor + 0 > limit)) goto exit_81;
    }
#line 119 "programs/std/ip.sfc"
    {
      v0 = sfc_load8(h_ext) & 0xffULL & 0xffULL;
    }
    if (sfc_always()) goto node_12;
    goto exit_25;
  }
  node_27: __maybe_unused;
#line 82 "programs/std/transport.sfc"
  {
    /* tcp_timestamp_after */
#line 83 "programs/std/transport.sfc"
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) goto exit_85;
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
  doubt_0: __maybe_unused;
  drop = 26;
  goto asked_0;
  doubt_1: __maybe_unused;
  drop = 27;
  goto asked_0;
  asked_0: __maybe_unused;
  {
#line 61 "programs/std/mpls.sfc"
    if (unlikely(!(__u64)((__s64)(__u64)n_labels > (__s64)0x0ULL))) goto exit_1;
#line 16 "programs/sr-mpls-int-source.sfc"
    __u8 *look_labels_0 = n_labels > 0 ? sfc_at(data, end, o_labels + 0, 4) : 0;
    barrier_var(look_labels_0);
    if (unlikely(!(__u64)((__u64)((__s64)(look_labels_0 ? ((sfc_be32(look_labels_0) >> 12) & 0xfffffULL) : 0) != (__s64)0x1ULL) && (__u64)((__s64)(look_labels_0 ? ((sfc_be32(look_labels_0) >> 12) & 0xfffffULL) : 0) != (__s64)0xeULL)))) goto exit_1;
  }
  return sfc_exit(drop);
  doubt_2: __maybe_unused;
  drop = 28;
  goto asked_1;
  doubt_3: __maybe_unused;
  drop = 29;
  goto asked_1;
  doubt_4: __maybe_unused;
  drop = 30;
  goto asked_1;
  doubt_5: __maybe_unused;
  drop = 43;
  goto asked_1;
  doubt_8: __maybe_unused;
  drop = 46;
  goto asked_1;
  doubt_9: __maybe_unused;
  drop = 49;
  goto asked_1;
  doubt_11: __maybe_unused;
  drop = 51;
  goto asked_1;
  doubt_13: __maybe_unused;
  drop = 53;
  goto asked_1;
  asked_1: __maybe_unused;
  {
#line 16 "programs/sr-mpls-int-source.sfc"
    __u8 *look_labels_0 = n_labels > 0 ? sfc_at(data, end, o_labels + 0, 4) : 0;
    barrier_var(look_labels_0);
    if (unlikely(!(__u64)((__u64)((__s64)(look_labels_0 ? ((sfc_be32(look_labels_0) >> 12) & 0xfffffULL) : 0) != (__s64)0x1ULL) && (__u64)((__s64)(look_labels_0 ? ((sfc_be32(look_labels_0) >> 12) & 0xfffffULL) : 0) != (__s64)0xeULL)))) goto exit_1;
  }
  return sfc_exit(drop);
  exit_1: __maybe_unused;
  return sfc_exit(1);
  exit_25: __maybe_unused;
  return sfc_exit(25);
  exit_31: __maybe_unused;
  return sfc_exit(31);
  exit_33: __maybe_unused;
  return sfc_exit(33);
  exit_34: __maybe_unused;
  return sfc_exit(34);
  exit_37: __maybe_unused;
  return sfc_exit(37);
  exit_39: __maybe_unused;
  return sfc_exit(39);
  exit_40: __maybe_unused;
  return sfc_exit(40);
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
  exit_81: __maybe_unused;
  return sfc_exit(81);
  exit_82: __maybe_unused;
  return sfc_exit(82);
  exit_85: __maybe_unused;
  return sfc_exit(85);
  exit_88: __maybe_unused;
  return sfc_exit(88);
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
  __u64 v1 __maybe_unused = 0;
  struct sfc_params *params = sfc_paramsHere();
  if (!params) goto exit_5;
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
    p->retained[0] = cursor;
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
#line 49 "programs/std/mpls.sfc"
  {
    /* network */
    __u64 key0 __maybe_unused = sfc_be16(h_ether) & 0xffffULL;
    if (key0 == 0x8847ULL) goto exit_5;
    if (key0 == 0x8848ULL) goto exit_5;
    if (key0 == 0x800ULL) {
      p->region[0].at = cursor;
      p->region[0].next_header_at = l_ether + 0;
      if (!keyed) return 0;
      goto node_6;
    }
    if (key0 == 0x86ddULL) {
      p->region[0].at = cursor;
      p->region[0].next_header_at = l_ether + 0;
      if (!keyed) return 0;
      goto node_7;
    }
    goto exit_5;
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
      if (9 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x100;
      p->key[4] = sfc_load64(h_ipv6 + 1) & 0xff0000ffff0fULL;
      p->key[5] = sfc_load64(h_ipv6 + 8);
      p->key[6] = sfc_load64(h_ipv6 + 16);
      p->key[7] = sfc_load64(h_ipv6 + 24);
      p->key[8] = sfc_load64(h_ipv6 + 32);
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
      if (10 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x200;
      p->key[9] = sfc_load64(h_fragment + 0) & 0xfffffffff9ff00ffULL;
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
static __always_inline __u64 spec_needed_0(struct __sk_buff *skb, const struct sfc_packet *p, struct sfc_counters *c, struct sfc_record *record, __u8 *bytes, const struct sfc_popped *popped, const struct sfc_params *params, __u64 now, __u64 tai_ahead) {
  const __u64 by __maybe_unused = ({ const __u8 *h = sfc_element(bytes, record->where[2], 0, 12); h ? (sfc_be16(h + 4) & 0xffffULL) : 0; });
  return 0 + 4 * sfc_countOnes(by & 0xf1ffULL) + 8 * sfc_countOnes(by & 0xe00ULL);
}

static __always_inline __u64 spec_size_0(struct __sk_buff *skb, const struct sfc_packet *p, struct sfc_counters *c, struct sfc_record *record, __u8 *bytes, const struct sfc_popped *popped, const struct sfc_params *params, __u64 now, __u64 tai_ahead) {
  return 0x4ULL * ({ const __u8 *h = sfc_element(bytes, record->where[2], 0, 12); h ? (sfc_load8(h + 2) & 0x1fULL) : 0; });
}

static __always_inline int spec_holds_0(struct __sk_buff *skb, const struct sfc_packet *p, struct sfc_counters *c, struct sfc_record *record, __u8 *bytes, const struct sfc_popped *popped, const struct sfc_params *params, __u64 now, __u64 tai_ahead, __u64 size) {
  return size <= 124 && (size % 4) == 0 && spec_needed_0(skb, p, c, record, bytes, popped, params, now, tai_ahead) <= size;
}

static __always_inline void spec_measure_0(struct __sk_buff *skb, const struct sfc_packet *p, struct sfc_counters *c, struct sfc_record *record, __u8 *bytes, const struct sfc_popped *popped, const struct sfc_params *params, __u64 now, __u64 tai_ahead, __u8 *to) {
  const __u64 by __maybe_unused = ({ const __u8 *h = sfc_element(bytes, record->where[2], 0, 12); h ? (sfc_be16(h + 4) & 0xffffULL) : 0; });
  __u64 at __maybe_unused = 0;
  #pragma unroll
  for (__u32 i = 0; i < 124; i += 8) {
    *(__u64 *)(to + i) = ~0x0ULL;
  }
  {
    const __u64 asked = (by >> 15) & 1;
    barrier_var(at);
    mask_var(at, SFC_TELEMETRY_MASK);
    __u8 *item = to + at;
    {
      const __u64 value = (params->value[2] | (asked - 1)) & 0xffffffffULL;
      sfc_put32(item, (sfc_be32(item) & ~0xffffffffULL) | (value & 0xffffffffULL));
    }
    at += 4 * asked;
  }
  {
    const __u64 asked = (by >> 14) & 1;
    barrier_var(at);
    mask_var(at, SFC_TELEMETRY_MASK);
    __u8 *item = to + at;
    {
      const __u64 value = ((__u64)record->ingress_port[0] | (asked - 1)) & 0xffffULL;
      sfc_put16(item, (sfc_be16(item) & ~0xffffULL) | (value & 0xffffULL));
    }
    {
      const __u64 value = ((__u64)skb->ifindex | (asked - 1)) & 0xffffULL;
      sfc_put16(item + 2, (sfc_be16(item + 2) & ~0xffffULL) | (value & 0xffffULL));
    }
    at += 4 * asked;
  }
  {
    const __u64 asked = (by >> 13) & 1;
    barrier_var(at);
    mask_var(at, SFC_TELEMETRY_MASK);
    __u8 *item = to + at;
    {
      const __u64 value = ((now - record->arrived[0]) | (asked - 1)) & 0xffffffffULL;
      sfc_put32(item, (sfc_be32(item) & ~0xffffffffULL) | (value & 0xffffffffULL));
    }
    at += 4 * asked;
  }
  at += 4 * ((by >> 12) & 1);
  {
    const __u64 asked = (by >> 11) & 1;
    barrier_var(at);
    mask_var(at, SFC_TELEMETRY_MASK);
    __u8 *item = to + at;
    {
      const __u64 value = ((record->arrived[0] + tai_ahead) | (asked - 1)) & 0xffffffffffffffffULL;
      sfc_put64(item, (sfc_be64(item) & ~0xffffffffffffffffULL) | (value & 0xffffffffffffffffULL));
    }
    at += 8 * asked;
  }
  {
    const __u64 asked = (by >> 10) & 1;
    barrier_var(at);
    mask_var(at, SFC_TELEMETRY_MASK);
    __u8 *item = to + at;
    {
      const __u64 value = ((now + tai_ahead) | (asked - 1)) & 0xffffffffffffffffULL;
      sfc_put64(item, (sfc_be64(item) & ~0xffffffffffffffffULL) | (value & 0xffffffffffffffffULL));
    }
    at += 8 * asked;
  }
  {
    const __u64 asked = (by >> 9) & 1;
    barrier_var(at);
    mask_var(at, SFC_TELEMETRY_MASK);
    __u8 *item = to + at;
    {
      const __u64 value = ((__u64)record->ingress_port[0] | (asked - 1)) & 0xffffffffULL;
      sfc_put32(item, (sfc_be32(item) & ~0xffffffffULL) | (value & 0xffffffffULL));
    }
    {
      const __u64 value = ((__u64)skb->ifindex | (asked - 1)) & 0xffffffffULL;
      sfc_put32(item + 4, (sfc_be32(item + 4) & ~0xffffffffULL) | (value & 0xffffffffULL));
    }
    at += 8 * asked;
  }
}

static __always_inline __u32 spec_onReturn(struct __sk_buff *skb, const struct sfc_packet *p, struct sfc_record *record, __u8 *bytes, __u64 length, struct sfc_popped *popped, struct sfc_insert *insert, __u8 *pushed) {
  __u64 v0 __maybe_unused = 0;
  __u64 v1 __maybe_unused = 0;
  struct sfc_params *params = sfc_paramsHere();
  if (!params) return SFC_C_TX_DROP_INTERNAL;
  const __u64 flags __maybe_unused = record->flags[0];
  int fits_0 __maybe_unused = 0;
  struct sfc_counters *c = sfc_countersHere();
  if (!c) return SFC_C_TX_DROP_INTERNAL;
  const __u64 now __maybe_unused = p->now[0];
  const __u64 tai_ahead __maybe_unused = sfc_taiAhead(c, now);
#line 80 "programs/std/mpls.sfc"
  v1 = (({ const __u8 *h = sfc_element(bytes, record->where[0], 0, 4); h ? (sfc_load8(h + 3) & 0xffULL) : 0; }) - 0x1ULL) & 0xffULL;
  fits_0 = 0;
#line 81 "programs/std/mpls.sfc"
  if (record->where[0].count) {
    if (!popped->length) popped->at = record->where[0].at;
    record->where[0].at += 4;
    record->where[0].count -= 1;
    popped->length += 4;
  }
  fits_0 = 0;
#line 82 "programs/std/mpls.sfc"
  if ((__u64)((__u64)((__s64)(__u64)record->where[0].count > (__s64)0x0ULL) && (__u64)((__s64)({ const __u8 *h = sfc_element(bytes, record->where[0], 0, 4); h ? ((sfc_be32(h) >> 12) & 0xfffffULL) : 0; }) == (__s64)0x7ULL))) {
#line 83 "programs/std/mpls.sfc"
    if (record->where[0].count) {
      if (!popped->length) popped->at = record->where[0].at;
      record->where[0].at += 4;
      record->where[0].count -= 1;
      popped->length += 4;
    }
    fits_0 = 0;
#line 84 "programs/std/mpls.sfc"
    if (record->where[0].count) {
      if (!popped->length) popped->at = record->where[0].at;
      record->where[0].at += 4;
      record->where[0].count -= 1;
      popped->length += 4;
    }
    fits_0 = 0;
  }
#line 86 "programs/std/mpls.sfc"
  if ((__u64)((__s64)(__u64)record->where[0].count > (__s64)0x0ULL)) {
#line 87 "programs/std/mpls.sfc"
    {
      __u8 *to = sfc_element(bytes, record->where[0], 0, 4);
      if (to) {
        __u64 value = v1 & 0xffULL;
        sfc_put8(to + 3, (sfc_load8(to + 3) & ~0xffULL) | (value & 0xffULL));
      }
    }
    fits_0 = 0;
  }
#line 20 "programs/sr-mpls-int-source.sfc"
  if ((__u64)((__s64)(__u64)record->where[0].count > (__s64)0x0ULL)) {
#line 21 "programs/sr-mpls-int-source.sfc"
    if ((__u64)((__u64)((__u64)((__u64)!(__u64)record->where[2].count && (__u64)((__s64)params->value[0] > (__s64)0x0ULL)) && ((flags >> 0) & 1)) && sfc_isSampled(c, 0, params->value[3]))) {
#line 22 "programs/sr-mpls-int-source.sfc"
      if (!(record->where[1].count || record->where[2].count) && sfc_mayGrowBy(skb, length, popped, 16) && sfc_append(bytes, length, 16)) {
        record->where[1] = (struct sfc_where){length + 0, 1};
        record->where[2] = (struct sfc_where){length + 4, 1};
        record->length[0] += 16;
        length += 16;
      }
      fits_0 = 0;
#line 23 "programs/sr-mpls-int-source.sfc"
      {
        __u8 *to = sfc_element(bytes, record->where[1], 0, 4);
        if (to) {
          __u64 value = 0x1ULL & 0xfULL;
          sfc_put8(to, (sfc_load8(to) & ~0xf0ULL) | ((value << 4) & 0xf0ULL));
        }
      }
      fits_0 = 0;
#line 24 "programs/sr-mpls-int-source.sfc"
      {
        __u8 *to = sfc_element(bytes, record->where[1], 0, 4);
        if (to) {
          __u64 value = 0x3ULL & 0xffULL;
          sfc_put8(to + 1, (sfc_load8(to + 1) & ~0xffULL) | (value & 0xffULL));
        }
      }
      fits_0 = 0;
#line 25 "programs/sr-mpls-int-source.sfc"
      {
        __u8 *to = sfc_element(bytes, record->where[1], 0, 4);
        if (to) {
          __u64 value = ({ const __u8 *h = sfc_retainedHere((void *)(long)skb->data, (void *)(long)skb->data_end, p->retained[0], 2); h ? (sfc_be16(h) & 0xffffULL) : 0; }) & 0xffffULL;
          sfc_put16(to + 2, (sfc_be16(to + 2) & ~0xffffULL) | (value & 0xffffULL));
        }
      }
      fits_0 = 0;
#line 7 "programs/std/int_source.sfc"
      {
        __u8 *to = sfc_element(bytes, record->where[2], 0, 12);
        if (to) {
          __u64 value = 0x2ULL & 0xfULL;
          sfc_put8(to, (sfc_load8(to) & ~0xf0ULL) | ((value << 4) & 0xf0ULL));
        }
      }
      fits_0 = 0;
#line 8 "programs/std/int_source.sfc"
      {
        __u8 *to = sfc_element(bytes, record->where[2], 0, 12);
        if (to) {
          __u64 value = params->value[1] & 0xffffULL;
          sfc_put16(to + 4, (sfc_be16(to + 4) & ~0xffffULL) | (value & 0xffffULL));
        }
      }
      fits_0 = 0;
#line 9 "programs/std/int_source.sfc"
      {
        __u8 *to = sfc_element(bytes, record->where[2], 0, 12);
        if (to) {
          __u64 value = (spec_needed_0(skb, p, c, record, bytes, popped, params, now, tai_ahead) / 0x4ULL) & 0x1fULL;
          sfc_put8(to + 2, (sfc_load8(to + 2) & ~0x1fULL) | (value & 0x1fULL));
        }
      }
      fits_0 = 0;
#line 10 "programs/std/int_source.sfc"
      {
        __u8 *to = sfc_element(bytes, record->where[2], 0, 12);
        if (to) {
          __u64 value = params->value[0] & 0xffULL;
          sfc_put8(to + 3, (sfc_load8(to + 3) & ~0xffULL) | (value & 0xffULL));
        }
      }
      fits_0 = 0;
    }
#line 64 "programs/std/int.sfc"
    if ((__u64)((__s64)({ const __u8 *h = sfc_element(bytes, record->where[2], 0, 12); h ? (sfc_load8(h + 3) & 0xffULL) : 0; }) == (__s64)0x0ULL)) {
#line 65 "programs/std/int.sfc"
      {
        __u8 *to = sfc_element(bytes, record->where[2], 0, 12);
        if (to) {
          __u64 value = 0x1ULL & 0x1ULL;
          sfc_put8(to, (sfc_load8(to) & ~0x4ULL) | ((value << 2) & 0x4ULL));
        }
      }
      fits_0 = 0;
    } else {
#line 66 "programs/std/int.sfc"
      if ((__u64)((__u64)!({ __u64 size = spec_size_0(skb, p, c, record, bytes, popped, params, now, tai_ahead); fits_0 = spec_holds_0(skb, p, c, record, bytes, popped, params, now, tai_ahead, size) && sfc_mayGrowBy(skb, length, popped, size); (__u64)fits_0; }) || (__u64)((__s64)(({ const __u8 *h = sfc_element(bytes, record->where[1], 0, 4); h ? (sfc_load8(h + 1) & 0xffULL) : 0; }) + ({ const __u8 *h = sfc_element(bytes, record->where[2], 0, 12); h ? (sfc_load8(h + 2) & 0x1fULL) : 0; })) > (__s64)0xffULL))) {
#line 67 "programs/std/int.sfc"
        {
          __u8 *to = sfc_element(bytes, record->where[2], 0, 12);
          if (to) {
            __u64 value = 0x1ULL & 0x1ULL;
            sfc_put8(to, (sfc_load8(to) & ~0x2ULL) | ((value << 1) & 0x2ULL));
          }
        }
        fits_0 = 0;
      } else {
#line 68 "programs/std/int.sfc"
        if ((__u64)((__s64)({ const __u8 *h = sfc_element(bytes, record->where[2], 0, 12); h ? (sfc_load8(h + 2) & 0x1fULL) : 0; }) > (__s64)0x0ULL)) {
#line 69 "programs/std/int.sfc"
          {
            const __u8 *header = sfc_element(bytes, record->where[2], 0, 12);
            const __u64 size = spec_size_0(skb, p, c, record, bytes, popped, params, now, tai_ahead);
            if (header && (fits_0 || (spec_holds_0(skb, p, c, record, bytes, popped, params, now, tai_ahead, size) && sfc_mayGrowBy(skb, length, popped, size)))) {
              __u64 end = (__u64)record->where[2].at + 12;
              spec_measure_0(skb, p, c, record, bytes, popped, params, now, tai_ahead, pushed);
              insert->at = end;
              insert->length = end <= length ? size : 0;
            }
          }
          fits_0 = 0;
#line 70 "programs/std/int.sfc"
          {
            __u8 *to = sfc_element(bytes, record->where[2], 0, 12);
            if (to) {
              __u64 value = (({ const __u8 *h = sfc_element(bytes, record->where[2], 0, 12); h ? (sfc_load8(h + 3) & 0xffULL) : 0; }) - 0x1ULL) & 0xffULL;
              sfc_put8(to + 3, (sfc_load8(to + 3) & ~0xffULL) | (value & 0xffULL));
            }
          }
          fits_0 = 0;
#line 71 "programs/std/int.sfc"
          {
            __u8 *to = sfc_element(bytes, record->where[1], 0, 4);
            if (to) {
              __u64 value = (({ const __u8 *h = sfc_element(bytes, record->where[1], 0, 4); h ? (sfc_load8(h + 1) & 0xffULL) : 0; }) + ({ const __u8 *h = sfc_element(bytes, record->where[2], 0, 12); h ? (sfc_load8(h + 2) & 0x1fULL) : 0; })) & 0xffULL;
              sfc_put8(to + 1, (sfc_load8(to + 1) & ~0xffULL) | (value & 0xffULL));
            }
          }
          fits_0 = 0;
        }
      }
    }
  } else {
#line 29 "programs/sr-mpls-int-source.sfc"
    if ((__u64)record->where[2].count) {
#line 30 "programs/sr-mpls-int-source.sfc"
      return 90;
    }
  }
  return 0;
}

#line 1 "computed"
static __always_inline int spec_updateComputed(struct sfc_record *record, struct sfc_work *work, const struct sfc_change *change) {
  return 1;
}
