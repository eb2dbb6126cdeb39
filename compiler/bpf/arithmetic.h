/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Arithmetic that C leaves undefined, or for which 64 bits are too few. ir::apply and ir::mulMod say what it has to be.
 */
static __always_inline __u64 sfc_quotient(__u64 dividend, __u64 divisor) {
  return divisor ? dividend / divisor : 0;
}

static __always_inline __u64 sfc_remainder(__u64 dividend, __u64 divisor) {
  return divisor ? dividend % divisor : dividend;
}

/*
 * A product modulo a number of up to 62 bits, in digits of 31 bits: BPF has neither a product nor a division of 128
 * bits. The division is that of Knuth (The Art of Computer Programming, volume 2, 4.3.1, algorithm D): the modulus is
 * shifted until its first digit is at least half of the base, so that a quotient guessed from that digit alone is too
 * large by 2 at most. A guess that is too large leaves a negative remainder, to which the modulus is added again. There
 * are no branches, as the verifier would follow each of them.
 */
#define SFC_DIGIT 31
#define SFC_DIGIT_MASK ((1ULL << SFC_DIGIT) - 1)

/* (upper * base + digit) modulo m, for upper < m. */
static __always_inline __u64 sfc_nextRemainder(__u64 upper, __u64 digit, __u64 m) {
  __u64 guess = upper / (m >> SFC_DIGIT);
  guess -= (guess >> SFC_DIGIT) * (guess - SFC_DIGIT_MASK); /* a digit: at most the largest one */
  __s64 rest = (__s64)((upper << SFC_DIGIT) + digit - guess * m);
  rest += (__s64)m & rest >> 63;
  rest += (__s64)m & rest >> 63;
  return (__u64)rest;
}

static __always_inline __u64 sfc_mulMod(__u64 a, __u64 b, __u64 m) {
  if (((m - 1) | m) >> (2 * SFC_DIGIT)) return 0;
  a %= m;
  b %= m;
  __u64 shift = 0;
#pragma unroll
  for (__u32 step = 32; step > 0; step /= 2) {
    /* 1 if the first `step` of the 62 bits are 0 */
    const __u64 empty = ((m >> (2 * SFC_DIGIT - step)) - 1) >> 63;
    m <<= empty * step;
    shift += empty * step;
  }
  a <<= shift;
  const __u64 low = (a & SFC_DIGIT_MASK) * (b & SFC_DIGIT_MASK);
  const __u64 middle =
      (a & SFC_DIGIT_MASK) * (b >> SFC_DIGIT) + (a >> SFC_DIGIT) * (b & SFC_DIGIT_MASK) + (low >> SFC_DIGIT);
  const __u64 high = (a >> SFC_DIGIT) * (b >> SFC_DIGIT) + (middle >> SFC_DIGIT);
  const __u64 rest = sfc_nextRemainder(high, middle & SFC_DIGIT_MASK, m);
  return sfc_nextRemainder(rest, low & SFC_DIGIT_MASK, m) >> shift;
}
