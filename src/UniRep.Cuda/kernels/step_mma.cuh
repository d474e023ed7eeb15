// A layer of a step on any GPU since Ampere: tiles of 64 or 128 rows x 128 columns, four warps, three stages of copies.
#pragma once

constexpr int MMA_STAGES = 3;
enum Product { M, Z };

template <Product Kind, int Rows>
__device__ __forceinline__ void mma_step(const uint16_t* x0, const uint16_t* w0, const uint16_t* x1, const uint16_t* w1, const Step& s) {
  constexpr int STAGE = Rows * 128 + 16384, TILES = Rows / 32;   // a warp has TILES x 16 rows and 64 columns
  const uint32_t base = shared_address(shared_memory);
  const int tid = threadIdx.x, lane = tid & 31, warp = tid >> 5, wm = warp & 1, wn = warp >> 1;
  const int row0 = blockIdx.x * Rows, col0 = blockIdx.y * 128, blocks = s.units / 64, kx = s.units << s.exact;
  const int lr = tid >> 3, lc = tid & 7;   // 16 rows x 8 pieces of 16 bytes a pass
  const uint32_t target = lr * 128 + ((lc ^ (lr & 7)) << 4);
  const size_t fx = (size_t)(row0 + lr) * kx + lc * 8, fw = (size_t)(col0 + lr) * kx + lc * 8;
  auto load = [&](const Columns& at, int stage) {
    const uint32_t to = base + stage * STAGE + target;
    const uint16_t* x = (at.source ? x1 : x0) + fx + at.x(blocks);
    const uint16_t* w = (at.source ? w1 : w0) + fw + at.w(blocks);
#pragma unroll
    for (int p = 0; p < Rows / 16; p++) copy16(to + p * 2048, x + (size_t)p * 16 * kx);
#pragma unroll
    for (int p = 0; p < 8; p++) copy16(to + Rows * 128 + p * 2048, w + (size_t)p * 16 * kx);
  };
  float acc[TILES][8][4];
#pragma unroll
  for (int i = 0; i < TILES; i++)
#pragma unroll
    for (int k = 0; k < 8; k++)
#pragma unroll
      for (int e = 0; e < 4; e++) acc[i][k][e] = 0.f;
  const int count = Columns::count(s);
  Columns ahead;
#pragma unroll
  for (int st = 0; st < MMA_STAGES - 1; st++) {
    if (st < count) { load(ahead, st); ahead.next(blocks, s.exact); }
    copies_commit();
  }
  const int ar = (lane & 7) + ((lane >> 3) & 1) * 8, ac = lane >> 4;   // A: (r0, k0) (r8, k0) (r0, k8) (r8, k8)
  const int br = (lane & 7) + (lane >> 4) * 8, bc = (lane >> 3) & 1;   // B: (n0, k0) (n0, k8) (n8, k0) (n8, k8)
  int stage = 0, loading = MMA_STAGES - 1;
#pragma unroll 1
  for (int it = 0; it < count; it++) {
    copies_wait<MMA_STAGES - 2>();
    __syncthreads();
    if (it + MMA_STAGES - 1 < count) { load(ahead, loading); ahead.next(blocks, s.exact); }
    copies_commit();
    const uint32_t a = base + stage * STAGE + (wm * (Rows / 2) + ar) * 128, b = base + stage * STAGE + Rows * 128 + (wn * 64 + br) * 128;
#pragma unroll
    for (int kk = 0; kk < 4; kk++) {
      uint32_t fa[TILES][4], fb[4][4];
      const uint32_t ka = ((kk * 2 + ac) ^ (lane & 7)) << 4, kb = ((kk * 2 + bc) ^ (lane & 7)) << 4;
#pragma unroll
      for (int i = 0; i < TILES; i++) load_matrices(fa[i], a + i * 2048 + ka);
#pragma unroll
      for (int i = 0; i < 4; i++) load_matrices(fb[i], b + i * 2048 + kb);
#pragma unroll
      for (int i = 0; i < TILES; i++)
#pragma unroll
        for (int k = 0; k < 8; k++) mma16816(acc[i][k], fa[i][0], fa[i][1], fa[i][2], fa[i][3], fb[k >> 1][(k & 1) * 2], fb[k >> 1][(k & 1) * 2 + 1]);
    }
    stage = stage + 1 == MMA_STAGES ? 0 : stage + 1;
    loading = loading + 1 == MMA_STAGES ? 0 : loading + 1;
  }
  const int first = row0 + wm * (Rows / 2);
  uint32_t word[TILES * 2];
#pragma unroll
  for (int i = 0; i < TILES * 2; i++) {
    const int r = first + i * 8 + (lane >> 2);
    word[i] = r < s.rows ? s.words[r] : 0;
  }
  if (Kind == M) {
#pragma unroll
    for (int i = 0; i < TILES; i++) {
      const int r = first + i * 16 + (lane >> 2);
      finish_m<8>(s, r, word[i * 2], word[i * 2 + 1], col0 + wn * 64 + (lane & 3) * 2, &acc[i][0][0]);
    }
  } else {
    const int unit8 = (col0 + wn * 64) / 32, row16 = first / 16;
    Before e[2];
    load_before(e[0], s, row16, word[0], word[1], unit8, lane);
#pragma unroll
    for (int q = 0; q < TILES * 2; q++) {
      const int i = q >> 1, k = q & 1, i2 = (q + 1) >> 1, k2 = (q + 1) & 1;
      if (q + 1 < TILES * 2) load_before(e[k2], s, row16 + i2, word[i2 * 2], word[i2 * 2 + 1], unit8 + k2, lane);
      if ((row16 + i) * 16 < s.rows) finish_z(e[k], s, row16 + i, word[i * 2], word[i * 2 + 1], unit8 + k, lane, &acc[i][k * 4][0]);
    }
  }
}
#define MMA_KERNEL(name, kind, rows)                                                                                                               \
  extern "C" __global__ void __launch_bounds__(128, 2)                                                                                             \
      name(const uint16_t* __restrict__ x0, const uint16_t* __restrict__ w0, const uint16_t* __restrict__ x1, const uint16_t* __restrict__ w1,     \
           const __grid_constant__ Step s) { mma_step<kind, rows>(x0, w0, x1, w1, s); }
MMA_KERNEL(mlstm_m_mma_64, M, 64)
MMA_KERNEL(mlstm_m_mma_128, M, 128)
MMA_KERNEL(mlstm_z_mma_64, Z, 64)
MMA_KERNEL(mlstm_z_mma_128, Z, 128)
