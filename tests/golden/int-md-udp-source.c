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
  __u8 *h0 = sfc_retainedAt(head, p->retained[0], 20);
  barrier_var(h0);
  const __u32 was0 __maybe_unused = h0 ? sfc_headerSum(h0, 20) : 0;
  __u8 *h1 = sfc_retainedAt(head, p->retained[1], 40);
  barrier_var(h1);
  const __u32 was1 __maybe_unused = h1 ? sfc_headerSum(h1, 40) : 0;
  __u8 *h2 = sfc_retainedAt(head, p->retained[2], 8);
  barrier_var(h2);
  const __u32 was2 __maybe_unused = h2 ? sfc_headerSum(h2, 8) : 0;
  __u8 *field = sfc_retainedAt(head, p->region[0].next_header_at, 2);
  if (!field) return 0;
  const __u16 field_was __maybe_unused = sfc_fieldSum(field, 2);
  sfc_put16(field, (sfc_be16(field) & ~0xffffULL) | ((record ? sfc_be16(record->saved + 0) : (p->region[0].next_header_value << 0)) & 0xffffULL));
  const __u16 field_grown __maybe_unused = sfc_fold((__u32)sfc_fieldSum(field, 2) + (__u16)~field_was);
  if (h0 && sfc_enclosingLength(h0 + 2, grown)) return 0;
  if (h1 && sfc_enclosingLength(h1 + 4, grown)) return 0;
  if (h2 && sfc_enclosingLength(h2 + 4, grown)) return 0;
  if (h0) sfc_enclosingChecksum(h0, 20, 10, was0, 0, 0);
  if (h2 && pending) {
    pending[2] = sfc_headerChange(h2, 8, was2);
  } else {
    if (h2) sfc_enclosingChecksum(h2, 8, 6, was2, sfc_enclosingSum(end - p->retained[2], grown, sum), 1);
  }
  return 1;
}

static __always_inline int spec_applyPending(struct __sk_buff *skb, const struct sfc_packet *p, const __u32 *pending, __u64 end, __u64 grown, __u16 sum) {
  if (p->retained[2] != SFC_NOWHERE && sfc_applyPending(skb, p->retained[2] + 6, pending[2], end - p->retained[2], grown, sum, 1)) return 0;
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
  __u32 n_tcp __maybe_unused = 0;
  __u8 *h_udp __maybe_unused = 0;
  __u32 n_udp __maybe_unused = 0;
  __u64 l_udp __maybe_unused = 0;
  __u8 *h_ipv4 __maybe_unused = 0;
  __u32 n_ipv4 __maybe_unused = 0;
  __u64 l_ipv4 __maybe_unused = 0;
  __u8 *h_ipv6 __maybe_unused = 0;
  __u8 *h_shim __maybe_unused = 0;
  __u32 n_shim __maybe_unused = 0;
  __u64 l_shim __maybe_unused = 0;
  __u8 *h_int_md __maybe_unused = 0;
  __u32 n_int_md __maybe_unused = 0;
  __u64 v0 __maybe_unused = 0;
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
#line 23 "programs/std/int_udp.sfc"
  {
    /* network */
    __u64 key0 __maybe_unused = sfc_be16(h_ether) & 0xffffULL;
    if (key0 == 0x800ULL) goto node_6;
    if (key0 == 0x86ddULL) goto node_7;
    goto exit_1;
  }
  node_6: __maybe_unused;
#line 75 "programs/std/ip.sfc"
  {
    /* ipv4 */
#line 76 "programs/std/ip.sfc"
    if (unlikely(at + 20 > (__u8 *)end)) goto exit_1;
    h_ipv4 = at;
    l_ipv4 = cursor;
    p->retained[0] = cursor;
    n_ipv4++;
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
    if (keyed) {
      if (6 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x80;
      p->key[4] = sfc_load64(h_ipv4 + 4) & 0xff00ff3fffffULL;
      p->key[5] = sfc_load64(h_ipv4 + 12);
    }
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
    p->retained[1] = cursor;
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
    if (keyed) {
      if (8 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x100;
      p->key[3] = sfc_load64(h_ipv6 + 1) & 0xff0000ffff0fULL;
      p->key[4] = sfc_load64(h_ipv6 + 8);
      p->key[5] = sfc_load64(h_ipv6 + 16);
      p->key[6] = sfc_load64(h_ipv6 + 24);
      p->key[7] = sfc_load64(h_ipv6 + 32);
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
#line 31 "programs/std/int_udp.sfc"
  {
    /* ipv6_next */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x11ULL) goto node_10;
    goto exit_1;
  }
  node_10: __maybe_unused;
#line 87 "programs/std/transport.sfc"
  {
    /* udp */
#line 88 "programs/std/transport.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_1;
    h_udp = at;
    l_udp = cursor;
    p->retained[2] = cursor;
    n_udp++;
    at += 8;
    cursor += 8;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x4;
      p->key[2] = sfc_load64(h_udp + 0) & 0xffffffffffffULL;
    }
    goto node_11;
  }
  node_11: __maybe_unused;
#line 38 "programs/std/int_udp.sfc"
  {
    /* udp_payload */
    __u64 key0 __maybe_unused = sfc_be16(h_udp + 2) & 0xffffULL;
    if (key0 == 0x170cULL) {
      p->region[0].at = cursor;
      p->region[0].next_header_at = l_udp + 2;
      goto node_12;
    }
    p->region[0].at = cursor;
    p->region[0].next_header_at = l_udp + 2;
    {
#line 17 "programs/int-md-udp-source.sfc"
      {
        __u64 hit0 = 0;
        do {  // table watch
          if (sfc_launder(c, n_ipv4) <= 0) break;
          __u8 *look_ipv4_0 = sfc_at(data, end, sfc_launder(c, l_ipv4), 20);
          barrier_var(look_ipv4_0);
          if (!look_ipv4_0) break;
          __u8 *key = (__u8 *)&p->asked[0];
          *(__u32 *)key = 32;
          *(__u32 *)(key + 4) = sfc_load32(look_ipv4_0 + 16);
          hit0 = bpf_map_lookup_elem(&sfc_table_watch, key) != 0;
        } while (0);
        if (!hit0) sfc_count(c, 35);
        hit0 = sfc_launder(c, hit0);
        if (unlikely(!(__u64)((__u64)n_int_md || (__u64)(hit0 && sfc_isSampled(c, 0, params->value[3]))))) goto exit_1;
      }
    }
    p->region[0].length = 0;
    {
      __u8 *look_udp_0 = n_udp ? sfc_at(data, end, l_udp, 8) : 0;
      barrier_var(look_udp_0);
      p->region[0].next_header_value = look_udp_0 ? (sfc_be16(look_udp_0 + 2) & 0xffffULL) : 0;
    }
    p->where[0].count = 0;
    p->where[1].count = 0;
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    limit = sfc_launder(c, limit);
    goto node_13;
  }
  node_12: __maybe_unused;
#line 45 "programs/std/int_udp.sfc"
  {
    /* shim_inside */
#line 46 "programs/std/int_udp.sfc"
    if (unlikely(at + 4 > (__u8 *)end || cursor + 4 > limit)) goto exit_1;
    h_shim = at;
    l_shim = cursor;
    p->where[0] = (struct sfc_where){cursor, 1};
    n_shim++;
    at += 4;
    cursor += 4;
    __u64 key0 __maybe_unused = (sfc_load8(h_shim) >> 4) & 0xfULL;
    __u64 key1 __maybe_unused = (sfc_load8(h_shim) >> 2) & 0x3ULL;
    __u64 key2 __maybe_unused = sfc_load8(h_shim + 1) & 0xffULL;
    if (key0 == 0x1ULL && key1 == 0x1ULL && (key2 >= 0x3ULL && key2 <= 0xffULL)) goto node_14;
    goto exit_1;
  }
  node_13: __maybe_unused;
#line 66 "programs/std/int_udp.sfc"
  {
    /* payload_after */
    goto accept;
  }
  node_14: __maybe_unused;
#line 53 "programs/std/int_udp.sfc"
  {
    /* int_md_inside */
#line 54 "programs/std/int_udp.sfc"
    if (unlikely(at + 12 > (__u8 *)end || cursor + 12 > limit)) goto exit_1;
    h_int_md = at;
    p->where[1] = (struct sfc_where){cursor, 1};
    n_int_md++;
    at += 12;
    cursor += 12;
    __u64 key0 __maybe_unused = (sfc_load8(h_int_md) >> 4) & 0xfULL;
    if (key0 == 0x2ULL) {
      {
#line 17 "programs/int-md-udp-source.sfc"
        {
          __u64 hit0 = 0;
          do {  // table watch
            if (sfc_launder(c, n_ipv4) <= 0) break;
            __u8 *look_ipv4_0 = sfc_at(data, end, sfc_launder(c, l_ipv4), 20);
            barrier_var(look_ipv4_0);
            if (!look_ipv4_0) break;
            __u8 *key = (__u8 *)&p->asked[0];
            *(__u32 *)key = 32;
            *(__u32 *)(key + 4) = sfc_load32(look_ipv4_0 + 16);
            hit0 = bpf_map_lookup_elem(&sfc_table_watch, key) != 0;
          } while (0);
          if (!hit0) sfc_count(c, 35);
          hit0 = sfc_launder(c, hit0);
          if (unlikely(!(__u64)((__u64)n_int_md || (__u64)(hit0 && sfc_isSampled(c, 0, params->value[3]))))) goto exit_1;
        }
      }
      goto node_15;
    }
    goto exit_1;
  }
  node_15: __maybe_unused;
#line 61 "programs/std/int_udp.sfc"
  {
    /* int_stack_inside */
#line 62 "programs/std/int_udp.sfc"
    {
      __u64 bytes = 0x4ULL * (sfc_load8(h_shim + 1) & 0xffULL) - 0xcULL;
      if (unlikely(bytes > SFC_MAX_ADVANCE)) goto exit_33;
      mask_var(bytes, 2 * SFC_MAX_ADVANCE - 1);
      at += bytes;
      cursor += bytes;
      barrier_var(at);
      if (unlikely(at + 0 > (__u8 *)end || cursor + 0 > limit)) goto exit_33;
    }
    p->region[0].length = cursor - p->region[0].at;
    {
      __u8 *look_shim_0 = n_shim ? sfc_at(data, end, l_shim, 4) : 0;
      barrier_var(look_shim_0);
      p->region[0].next_header_value = look_shim_0 ? (sfc_be16(look_shim_0 + 2) & 0xffffULL) : 0;
    }
    if (unlikely(p->region[0].length > 384)) goto exit_1;
    n_shim = 0;
    n_int_md = 0;
    p->where[0].at -= p->region[0].at;
    p->where[1].at -= p->region[0].at;
    cursor = sfc_launder(c, cursor);
    if (unlikely(cursor > SFC_MAX_CURSOR)) goto exit_25;
    mask_var(cursor, SFC_CURSOR_MASK);
    at = data + cursor;
    barrier_var(at);
    limit = sfc_launder(c, limit);
    goto node_13;
  }
  accept: __maybe_unused;
  {
  }
  if (keyed) {
    p->key[0] |= valid;
    if (valid & 0x4) p->key[2] = (p->key[2] & ~0xffff0000ULL) | ((__u64)__builtin_bswap16(p->region[0].next_header_value) << 16);
    if (valid & 0x4) p->key[2] = (p->key[2] & ~0xffff00000000ULL) | ((__u64)__builtin_bswap16(__builtin_bswap16(p->key[2] >> 32) - p->region[0].length) << 32);
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
  exit_33: __maybe_unused;
  return sfc_exit(33);
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
  __u32 n_tcp __maybe_unused = 0;
  __u8 *h_udp __maybe_unused = 0;
  __u32 n_udp __maybe_unused = 0;
  __u64 l_udp __maybe_unused = 0;
  __u8 *h_ipv4 __maybe_unused = 0;
  __u8 *h_ipv6 __maybe_unused = 0;
  __u64 v0 __maybe_unused = 0;
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
#line 23 "programs/std/int_udp.sfc"
  {
    /* network */
    __u64 key0 __maybe_unused = sfc_be16(h_ether) & 0xffffULL;
    if (key0 == 0x800ULL) goto node_6;
    if (key0 == 0x86ddULL) goto node_7;
    goto exit_5;
  }
  node_6: __maybe_unused;
#line 75 "programs/std/ip.sfc"
  {
    /* ipv4 */
#line 76 "programs/std/ip.sfc"
    if (unlikely(at + 20 > (__u8 *)end)) goto exit_5;
    h_ipv4 = at;
    p->retained[0] = cursor;
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
    goto exit_5;
  }
  node_7: __maybe_unused;
#line 86 "programs/std/ip.sfc"
  {
    /* ipv6 */
#line 87 "programs/std/ip.sfc"
    if (unlikely(at + 40 > (__u8 *)end)) goto exit_5;
    h_ipv6 = at;
    p->retained[1] = cursor;
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
      if (8 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x100;
      p->key[3] = sfc_load64(h_ipv6 + 1) & 0xff0000ffff0fULL;
      p->key[4] = sfc_load64(h_ipv6 + 8);
      p->key[5] = sfc_load64(h_ipv6 + 16);
      p->key[6] = sfc_load64(h_ipv6 + 24);
      p->key[7] = sfc_load64(h_ipv6 + 32);
    }
    goto node_9;
  }
  node_8: __maybe_unused;
#line 132 "programs/std/ip.sfc"
  {
    /* transport */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x6ULL) goto exit_5;
    if (key0 == 0x11ULL) goto node_10;
    if (key0 == 0x1ULL) goto exit_5;
    if (key0 == 0x3aULL) goto exit_5;
    if (key0 == 0x84ULL) goto exit_5;
    if (key0 == 0x32ULL) goto exit_5;
    if (key0 == 0x33ULL) goto exit_5;
    goto exit_5;
  }
  node_9: __maybe_unused;
#line 31 "programs/std/int_udp.sfc"
  {
    /* ipv6_next */
    __u64 key0 __maybe_unused = v0;
    if (key0 == 0x11ULL) goto node_10;
    goto exit_5;
  }
  node_10: __maybe_unused;
#line 87 "programs/std/transport.sfc"
  {
    /* udp */
#line 88 "programs/std/transport.sfc"
    if (unlikely(at + 8 > (__u8 *)end || cursor + 8 > limit)) goto exit_5;
    h_udp = at;
    l_udp = cursor;
    p->retained[2] = cursor;
    n_udp++;
    at += 8;
    cursor += 8;
    if (keyed) {
      if (3 > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);
      valid |= 0x4;
      p->key[2] = sfc_load64(h_udp + 0) & 0xffffffffffffULL;
    }
    goto node_11;
  }
  node_11: __maybe_unused;
#line 38 "programs/std/int_udp.sfc"
  {
    /* udp_payload */
    __u64 key0 __maybe_unused = sfc_be16(h_udp + 2) & 0xffffULL;
    if (key0 == 0x170cULL) goto exit_5;
    p->region[0].at = cursor;
    {
      __u8 *look_udp_0 = n_udp ? sfc_at(data, end, l_udp, 8) : 0;
      barrier_var(look_udp_0);
      p->region[0].next_header_value = look_udp_0 ? (sfc_be16(look_udp_0 + 2) & 0xffffULL) : 0;
    }
    p->region[0].next_header_at = l_udp + 2;
    if (!keyed) return 0;
    goto node_12;
  }
  node_12: __maybe_unused;
#line 66 "programs/std/int_udp.sfc"
  {
    /* payload_after */
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
  const __u64 by __maybe_unused = ({ const __u8 *h = sfc_element(bytes, record->where[1], 0, 12); h ? (sfc_be16(h + 4) & 0xffffULL) : 0; });
  return 0 + 4 * sfc_countOnes(by & 0xf1ffULL) + 8 * sfc_countOnes(by & 0xe00ULL);
}

static __always_inline __u64 spec_size_0(struct __sk_buff *skb, const struct sfc_packet *p, struct sfc_counters *c, struct sfc_record *record, __u8 *bytes, const struct sfc_popped *popped, const struct sfc_params *params, __u64 now, __u64 tai_ahead) {
  return 0x4ULL * ({ const __u8 *h = sfc_element(bytes, record->where[1], 0, 12); h ? (sfc_load8(h + 2) & 0x1fULL) : 0; });
}

static __always_inline int spec_holds_0(struct __sk_buff *skb, const struct sfc_packet *p, struct sfc_counters *c, struct sfc_record *record, __u8 *bytes, const struct sfc_popped *popped, const struct sfc_params *params, __u64 now, __u64 tai_ahead, __u64 size) {
  return size <= 124 && (size % 4) == 0 && spec_needed_0(skb, p, c, record, bytes, popped, params, now, tai_ahead) <= size;
}

static __always_inline void spec_measure_0(struct __sk_buff *skb, const struct sfc_packet *p, struct sfc_counters *c, struct sfc_record *record, __u8 *bytes, const struct sfc_popped *popped, const struct sfc_params *params, __u64 now, __u64 tai_ahead, __u8 *to) {
  const __u64 by __maybe_unused = ({ const __u8 *h = sfc_element(bytes, record->where[1], 0, 12); h ? (sfc_be16(h + 4) & 0xffffULL) : 0; });
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
  struct sfc_params *params = sfc_paramsHere();
  if (!params) return SFC_C_TX_DROP_INTERNAL;
  int fits_0 __maybe_unused = 0;
  struct sfc_counters *c = sfc_countersHere();
  if (!c) return SFC_C_TX_DROP_INTERNAL;
  const __u64 now __maybe_unused = p->now[0];
  const __u64 tai_ahead __maybe_unused = sfc_taiAhead(c, now);
  {
    __u8 *to = sfc_element(bytes, record->where[0], 0, 4);
    const __u64 value = p->region[0].next_header_value;
    if (to) sfc_put16(to + 2, (sfc_be16(to + 2) & ~0xffffULL) | (value & 0xffffULL));
  }
#line 22 "programs/int-md-udp-source.sfc"
  if ((__u64)((__u64)!(__u64)record->where[1].count && (__u64)((__s64)params->value[0] > (__s64)0x0ULL))) {
#line 23 "programs/int-md-udp-source.sfc"
    if (!(record->where[0].count || record->where[1].count) && sfc_mayGrowBy(skb, length, popped, 16) && sfc_append(bytes, length, 16)) {
      record->where[0] = (struct sfc_where){length + 0, 1};
      record->where[1] = (struct sfc_where){length + 4, 1};
      {
        __u8 *to = sfc_element(bytes, record->where[0], 0, 4);
        const __u64 value = p->region[0].next_header_value;
        if (to) sfc_put16(to + 2, (sfc_be16(to + 2) & ~0xffffULL) | (value & 0xffffULL));
      }
      if (!length) {
        sfc_put16(record->saved, (sfc_be16(record->saved) & ~0xffffULL) | 0x170cULL);
        insert->first = 1;
      }
      record->length[0] += 16;
      length += 16;
    }
    fits_0 = 0;
#line 24 "programs/int-md-udp-source.sfc"
    {
      __u8 *to = sfc_element(bytes, record->where[0], 0, 4);
      if (to) {
        __u64 value = 0x1ULL & 0xfULL;
        sfc_put8(to, (sfc_load8(to) & ~0xf0ULL) | ((value << 4) & 0xf0ULL));
      }
    }
    fits_0 = 0;
#line 25 "programs/int-md-udp-source.sfc"
    {
      __u8 *to = sfc_element(bytes, record->where[0], 0, 4);
      if (to) {
        __u64 value = 0x1ULL & 0x3ULL;
        sfc_put8(to, (sfc_load8(to) & ~0xcULL) | ((value << 2) & 0xcULL));
      }
    }
    fits_0 = 0;
#line 26 "programs/int-md-udp-source.sfc"
    {
      __u8 *to = sfc_element(bytes, record->where[0], 0, 4);
      if (to) {
        __u64 value = 0x3ULL & 0xffULL;
        sfc_put8(to + 1, (sfc_load8(to + 1) & ~0xffULL) | (value & 0xffULL));
      }
    }
    fits_0 = 0;
#line 7 "programs/std/int_source.sfc"
    {
      __u8 *to = sfc_element(bytes, record->where[1], 0, 12);
      if (to) {
        __u64 value = 0x2ULL & 0xfULL;
        sfc_put8(to, (sfc_load8(to) & ~0xf0ULL) | ((value << 4) & 0xf0ULL));
      }
    }
    fits_0 = 0;
#line 8 "programs/std/int_source.sfc"
    {
      __u8 *to = sfc_element(bytes, record->where[1], 0, 12);
      if (to) {
        __u64 value = params->value[1] & 0xffffULL;
        sfc_put16(to + 4, (sfc_be16(to + 4) & ~0xffffULL) | (value & 0xffffULL));
      }
    }
    fits_0 = 0;
#line 9 "programs/std/int_source.sfc"
    {
      __u8 *to = sfc_element(bytes, record->where[1], 0, 12);
      if (to) {
        __u64 value = (spec_needed_0(skb, p, c, record, bytes, popped, params, now, tai_ahead) / 0x4ULL) & 0x1fULL;
        sfc_put8(to + 2, (sfc_load8(to + 2) & ~0x1fULL) | (value & 0x1fULL));
      }
    }
    fits_0 = 0;
#line 10 "programs/std/int_source.sfc"
    {
      __u8 *to = sfc_element(bytes, record->where[1], 0, 12);
      if (to) {
        __u64 value = params->value[0] & 0xffULL;
        sfc_put8(to + 3, (sfc_load8(to + 3) & ~0xffULL) | (value & 0xffULL));
      }
    }
    fits_0 = 0;
  }
#line 64 "programs/std/int.sfc"
  if ((__u64)((__s64)({ const __u8 *h = sfc_element(bytes, record->where[1], 0, 12); h ? (sfc_load8(h + 3) & 0xffULL) : 0; }) == (__s64)0x0ULL)) {
#line 65 "programs/std/int.sfc"
    {
      __u8 *to = sfc_element(bytes, record->where[1], 0, 12);
      if (to) {
        __u64 value = 0x1ULL & 0x1ULL;
        sfc_put8(to, (sfc_load8(to) & ~0x4ULL) | ((value << 2) & 0x4ULL));
      }
    }
    fits_0 = 0;
  } else {
#line 66 "programs/std/int.sfc"
    if ((__u64)((__u64)!({ __u64 size = spec_size_0(skb, p, c, record, bytes, popped, params, now, tai_ahead); fits_0 = spec_holds_0(skb, p, c, record, bytes, popped, params, now, tai_ahead, size) && sfc_mayGrowBy(skb, length, popped, size); (__u64)fits_0; }) || (__u64)((__s64)(({ const __u8 *h = sfc_element(bytes, record->where[0], 0, 4); h ? (sfc_load8(h + 1) & 0xffULL) : 0; }) + ({ const __u8 *h = sfc_element(bytes, record->where[1], 0, 12); h ? (sfc_load8(h + 2) & 0x1fULL) : 0; })) > (__s64)0xffULL))) {
#line 67 "programs/std/int.sfc"
      {
        __u8 *to = sfc_element(bytes, record->where[1], 0, 12);
        if (to) {
          __u64 value = 0x1ULL & 0x1ULL;
          sfc_put8(to, (sfc_load8(to) & ~0x2ULL) | ((value << 1) & 0x2ULL));
        }
      }
      fits_0 = 0;
    } else {
#line 68 "programs/std/int.sfc"
      if ((__u64)((__s64)({ const __u8 *h = sfc_element(bytes, record->where[1], 0, 12); h ? (sfc_load8(h + 2) & 0x1fULL) : 0; }) > (__s64)0x0ULL)) {
#line 69 "programs/std/int.sfc"
        {
          const __u8 *header = sfc_element(bytes, record->where[1], 0, 12);
          const __u64 size = spec_size_0(skb, p, c, record, bytes, popped, params, now, tai_ahead);
          if (header && (fits_0 || (spec_holds_0(skb, p, c, record, bytes, popped, params, now, tai_ahead, size) && sfc_mayGrowBy(skb, length, popped, size)))) {
            __u64 end = (__u64)record->where[1].at + 12;
            spec_measure_0(skb, p, c, record, bytes, popped, params, now, tai_ahead, pushed);
            insert->at = end;
            insert->length = end <= length ? size : 0;
          }
        }
        fits_0 = 0;
#line 70 "programs/std/int.sfc"
        {
          __u8 *to = sfc_element(bytes, record->where[1], 0, 12);
          if (to) {
            __u64 value = (({ const __u8 *h = sfc_element(bytes, record->where[1], 0, 12); h ? (sfc_load8(h + 3) & 0xffULL) : 0; }) - 0x1ULL) & 0xffULL;
            sfc_put8(to + 3, (sfc_load8(to + 3) & ~0xffULL) | (value & 0xffULL));
          }
        }
        fits_0 = 0;
#line 71 "programs/std/int.sfc"
        {
          __u8 *to = sfc_element(bytes, record->where[0], 0, 4);
          if (to) {
            __u64 value = (({ const __u8 *h = sfc_element(bytes, record->where[0], 0, 4); h ? (sfc_load8(h + 1) & 0xffULL) : 0; }) + ({ const __u8 *h = sfc_element(bytes, record->where[1], 0, 12); h ? (sfc_load8(h + 2) & 0x1fULL) : 0; })) & 0xffULL;
            sfc_put8(to + 1, (sfc_load8(to + 1) & ~0xffULL) | (value & 0xffULL));
          }
        }
        fits_0 = 0;
      }
    }
  }
  return 0;
}

#line 1 "computed"
static __always_inline int spec_updateComputed(struct sfc_record *record, struct sfc_work *work, const struct sfc_change *change) {
  return 1;
}
