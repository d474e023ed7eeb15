// One layer of one step: what a kernel is told, and what it does with the products of a tile.
#pragma once

// A row's word: token, and what is special about this step.
constexpr uint32_t TOKEN = 31, FIRST = 1 << 5, LAST = 1 << 6;
constexpr int SLOT_SHIFT = 8;

// units is the padded number; a row of h or m has units numbers, or twice as many (high and low parts) if exact.
struct Step {
  const float* xm;        // m: [26][units] by token, or the products of x by row
  const float* xz;        // z: [26 or 1][units / 8][4][8]: i, f, o, u of two units
  const uint32_t* words;  // one a row
  uint16_t* y;            // m or h
  float* raw;             // if not null, the m kernel stores only the products, [rows][units]
  float* c;
  float* sum;             // null below the top layer
  float* out;             // [slots][3][units]: sum, h, c; null below the top layer
  float* states;          // h of this step, [rows][units], or null
  int rows, units, exact, sources, rowwise, tokenless;
};

__device__ __forceinline__ float low_half(uint32_t pair) { return __uint_as_float(pair << 16); }
__device__ __forceinline__ float high_half(uint32_t pair) { return __uint_as_float(pair & 0xFFFF0000u); }

// Stores two columns of a row of m or h.
__device__ __forceinline__ void store_pair(const Step& s, int row, int column, float v0, float v1) {
  uint16_t* at = s.y + (size_t)row * (s.units << s.exact) + column;
  const uint32_t pair = pack_bf16(v0, v1);
  *(uint32_t*)at = pair;
  if (s.exact) *(uint32_t*)(at + s.units) = pack_bf16(v0 - low_half(pair), v1 - high_half(pair));
}

// m = xm * (h wmh) in Groups x 2 columns of two rows, row and row + 8. d: 4 numbers a group: (row, 2j), (row, 2j + 1), (row + 8, 2j),
// (row + 8, 2j + 1) for columns 8 apart. The factors are loaded together, since stores would hold later loads back.
template <int Groups> __device__ __forceinline__ void finish_m(const Step& s, int row, uint32_t word0, uint32_t word1, int column, const float* d) {
  const float* factors = s.raw ? s.raw : s.xm;   // the products of x need none: what is read there is not used
  const bool by_row = s.rowwise || s.raw, in0 = row < s.rows, in1 = row + 8 < s.rows;
  const float* x0 = factors + (size_t)(by_row ? (in0 ? row : 0) : (int)(word0 & TOKEN)) * s.units + column;
  const float* x1 = factors + (size_t)(by_row ? (in1 ? row + 8 : 0) : (int)(word1 & TOKEN)) * s.units + column;
  float2 a[Groups], b[Groups];
#pragma unroll
  for (int k = 0; k < Groups; k++)
    if (column + k * 8 < s.units) {
      a[k] = __ldg((const float2*)(x0 + k * 8));
      b[k] = __ldg((const float2*)(x1 + k * 8));
    }
  const bool first0 = word0 & FIRST, first1 = word1 & FIRST;
#pragma unroll
  for (int k = 0; k < Groups; k++) {
    const int at = column + k * 8;
    if (at >= s.units) continue;
    const float* p = d + k * 4;
    if (s.raw) {
      if (in0) *(float2*)(s.raw + (size_t)row * s.units + at) = make_float2(p[0], p[1]);
      if (in1) *(float2*)(s.raw + (size_t)(row + 8) * s.units + at) = make_float2(p[2], p[3]);
    } else {
      if (in0) store_pair(s, row, at, first0 ? 0.f : a[k].x * p[0], first0 ? 0.f : a[k].y * p[1]);
      if (in1) store_pair(s, row + 8, at, first1 ? 0.f : b[k].x * p[2], first1 ? 0.f : b[k].y * p[3]);
    }
  }
}

// c' = sigmoid(f) c + sigmoid(i) tanh(u); h = sigmoid(o) tanh(c'). Five exponentials and two reciprocals, with arguments
// clamped so that no product overflows.
__device__ __forceinline__ void gates(float zi, float zf, float zo, float zu, float& c, float& h) {
  const float ei = exponential(fminf(-zi, 28.f)), ef = exponential(fminf(-zf, 28.f)), eo = exponential(fminf(-zo, 28.f));
  const float eu = exponential(fminf(-2.f * zu, 28.f));
  const float pf = 1.f + ef, piu = (1.f + ei) * (1.f + eu);
  c = (c * piu + (1.f - eu) * pf) * reciprocal(piu * pf);
  const float ec = exponential(fminf(-2.f * c, 28.f));
  h = (1.f - ec) * reciprocal((1.f + eo) * (1.f + ec));
}

// c and sum stand in blocks of 16 rows x 8 units, in the order in which the threads of a warp hold an accumulator, so that a
// thread reads one float4: rows g and g + 8, units 2j and 2j + 1, for lane 4g + j.
__device__ __forceinline__ size_t fragment(int units, int row16, int unit8, int lane) { return ((size_t)row16 * (units / 8) + unit8) * 32 + lane; }
__device__ __forceinline__ size_t state_index(int units, int row, int unit) {
  return fragment(units, row / 16, unit / 8, row % 8 * 4 + unit % 8 / 2) * 4 + row % 16 / 8 * 2 + unit % 2;
}

// What finish_z reads. It is loaded some groups ahead, since stores would hold later loads back.
struct Before {
  float4 x0a, x0b, x1a, x1b, c, sum;
};
__device__ __forceinline__ void load_before(Before& e, const Step& s, int row16, uint32_t word0, uint32_t word1, int unit8, int lane) {
  const int t0 = s.tokenless ? 0 : (int)(word0 & TOKEN), t1 = s.tokenless ? 0 : (int)(word1 & TOKEN);
  const float4* x0 = (const float4*)s.xz + ((t0 * (s.units / 8) + unit8) * 4 + (lane & 3)) * 2;
  const float4* x1 = (const float4*)s.xz + ((t1 * (s.units / 8) + unit8) * 4 + (lane & 3)) * 2;
  const size_t at = fragment(s.units, row16, unit8, lane);
  e.c = ((const float4*)s.c)[at];
  if (s.sum) e.sum = ((const float4*)s.sum)[at];
  e.x0a = __ldg(x0);
  e.x0b = __ldg(x0 + 1);
  e.x1a = __ldg(x1);
  e.x1b = __ldg(x1 + 1);
}
__device__ __forceinline__ void store_result(const Step& s, uint32_t word, int unit, float sum0, float sum1, float h0, float h1, float c0, float c1) {
  float* at = s.out + (size_t)(word >> SLOT_SHIFT) * 3 * s.units + unit;
  *(float2*)at = make_float2(sum0, sum1);
  *(float2*)(at + s.units) = make_float2(h0, h1);
  *(float2*)(at + 2 * s.units) = make_float2(c0, c1);
}
// The gates of two units of two rows. d: 4 numbers of each of i, f, o and u: (row, 2j), (row, 2j + 1), (row + 8, 2j), (row + 8, 2j + 1).
__device__ __forceinline__ void finish_z(const Before& e, const Step& s, int row16, uint32_t word0, uint32_t word1, int unit8, int lane, const float* d) {
  const size_t at = fragment(s.units, row16, unit8, lane);
  const int row = row16 * 16 + (lane >> 2), unit = unit8 * 8 + (lane & 3) * 2;
  float4 c = e.c, sum = e.sum;
  if (word0 & FIRST) c.x = c.y = sum.x = sum.y = 0.f;
  if (word1 & FIRST) c.z = c.w = sum.z = sum.w = 0.f;
  float h0, h1, h2, h3;
  gates(d[0] + e.x0a.x, d[4] + e.x0a.z, d[8] + e.x0b.x, d[12] + e.x0b.z, c.x, h0);
  gates(d[1] + e.x0a.y, d[5] + e.x0a.w, d[9] + e.x0b.y, d[13] + e.x0b.w, c.y, h1);
  gates(d[2] + e.x1a.x, d[6] + e.x1a.z, d[10] + e.x1b.x, d[14] + e.x1b.z, c.z, h2);
  gates(d[3] + e.x1a.y, d[7] + e.x1a.w, d[11] + e.x1b.y, d[15] + e.x1b.w, c.w, h3);
  ((float4*)s.c)[at] = c;
  if (s.sum) {
    sum.x += h0; sum.y += h1; sum.z += h2; sum.w += h3;
    ((float4*)s.sum)[at] = sum;
  }
  if (row < s.rows) {
    store_pair(s, row, unit, h0, h1);
    if (s.states) *(float2*)(s.states + (size_t)row * s.units + unit) = make_float2(h0, h1);
    if (s.out && (word0 & LAST)) store_result(s, word0, unit, sum.x, sum.y, h0, h1, c.x, c.y);
  }
  if (row + 8 < s.rows) {
    store_pair(s, row + 8, unit, h2, h3);
    if (s.states) *(float2*)(s.states + (size_t)(row + 8) * s.units + unit) = make_float2(h2, h3);
    if (s.out && (word1 & LAST)) store_result(s, word1, unit, sum.z, sum.w, h2, h3, c.z, c.w);
  }
}

// The order in which a product reads its columns, 64 at a time. Exact products are high * high, low * high and high * low.
struct Columns {
  int source = 0, part = 0, k = 0;
  __device__ __forceinline__ int x(int blocks) const { return (part == 1 ? blocks + k : k) * 64; }
  __device__ __forceinline__ int w(int blocks) const { return (part == 2 ? blocks + k : k) * 64; }
  __device__ __forceinline__ void next(int blocks, int exact) {
    if (++k < blocks) return;
    k = 0;
    if (exact && ++part < 3) return;
    part = 0;
    source++;
  }
  static __device__ __forceinline__ int count(const Step& s) { return s.units / 64 * (s.exact ? 3 : 1) * s.sources; }
};
