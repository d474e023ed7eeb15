// Products of bfloat16 with sums of float32, one after another, from operands that are always at hand: what the matrix units of a
// GPU do at most. Every factor is a whole number of 128ths below one in magnitude, so that the sums of one round are exact in any
// order, and Internals/Kernels/PeakOperands.cs tells them. Zeros would need less power, and a GPU clocks higher with them.
#pragma once

// A number from -128 to 127 for a place in an operand.
__device__ __forceinline__ int peak_whole(uint32_t place) {
  place ^= place >> 16;
  place *= 0x7FEB352Du;
  place ^= place >> 15;
  place *= 0x846CA68Bu;
  place ^= place >> 16;
  return (int)(place >> 24) - 128;
}
// Two neighbours of a row of 64: operand, row, and the even column of the first.
__device__ __forceinline__ uint32_t peak_pair(int operand, int row, int column) {
  const uint32_t place = ((uint32_t)operand * 256 + (uint32_t)row) * 64 + (uint32_t)column;
  return pack_bf16((float)peak_whole(place) * 0.0078125f, (float)peak_whole(place + 1) * 0.0078125f);
}

// Hopper. Two warpgroups of a block multiply 64 rows each of an operand of 128 rows by one of 256 rows, over a depth of 64: four
// wgmma of m64n256k16 a round, one round in flight while the next is issued. out has a sum for each thread.
extern "C" __global__ void __launch_bounds__(256, 1) peak_wgmma(float* out, int rounds) {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900
  constexpr int ROWS = 128, COLUMNS = 256, DEPTH = 64;
  const uint32_t base = (shared_address(shared_memory) + 1023) & ~1023u, skipped = base - shared_address(shared_memory);
  for (int e = threadIdx.x; e < (ROWS + COLUMNS) * DEPTH / 2; e += 256) {
    const int row = e / (DEPTH / 2), column = e % (DEPTH / 2) * 2;
    uint32_t at = (uint32_t)(row * 128 + column * 2);
    at ^= (at >> 3) & 0x70;   // 128-byte swizzle
    *(uint32_t*)(shared_memory + skipped + at) = row < ROWS ? peak_pair(0, row, column) : peak_pair(1, row - ROWS, column);
  }
  barriers_publish();   // shows the products what threads have written, too
  __syncthreads();
  const u64 x = tile_descriptor(base + (threadIdx.x >> 7) * 8192), w = tile_descriptor(base + ROWS * 128);
  float sums[128];
#pragma unroll
  for (int i = 0; i < 128; i++) sums[i] = 0;
#pragma unroll 1
  for (int round = 0; round < rounds; round++) {
    products_begin();
#pragma unroll
    for (int k = 0; k < 4; k++) warpgroup_product(sums, x + k * 2, w + k * 2, 1);
    products_commit();
    products_wait<1>();
  }
  products_wait<0>();
  products_settle(sums);
  float sum = 0;
#pragma unroll
  for (int i = 0; i < 128; i++) sum += sums[i];
  out[blockIdx.x * 256 + threadIdx.x] = sum;
#endif
}

// Other GPUs. Every warp multiplies an operand of 64 rows by one of 32 rows, over a depth of 32: 32 mma.sync of m16n8k16 a round
// into 16 independent sums, all in registers.
extern "C" __global__ void __launch_bounds__(256) peak_mma(float* out, int rounds) {
  const int lane = threadIdx.x & 31, row = lane >> 2, column = (lane & 3) * 2;
  uint32_t x[2][4][4], w[2][4][2];
#pragma unroll
  for (int k = 0; k < 2; k++)
#pragma unroll
    for (int tile = 0; tile < 4; tile++) {
#pragma unroll
      for (int i = 0; i < 4; i++) x[k][tile][i] = peak_pair(0, tile * 16 + row + (i & 1) * 8, k * 16 + column + (i >> 1) * 8);
#pragma unroll
      for (int i = 0; i < 2; i++) w[k][tile][i] = peak_pair(1, tile * 8 + row, k * 16 + column + i * 8);
    }
  float sums[4][4][4];
#pragma unroll
  for (int i = 0; i < 64; i++) sums[i / 16][i / 4 % 4][i % 4] = 0;
#pragma unroll 1
  for (int round = 0; round < rounds; round++)
#pragma unroll
    for (int k = 0; k < 2; k++)
#pragma unroll
      for (int i = 0; i < 4; i++)
#pragma unroll
        for (int j = 0; j < 4; j++) mma16816(sums[i][j], x[k][i][0], x[k][i][1], x[k][i][2], x[k][i][3], w[k][j][0], w[k][j][1]);
  float sum = 0;
#pragma unroll
  for (int i = 0; i < 64; i++) sum += sums[i / 16][i / 4 % 4][i % 4];
  out[blockIdx.x * 256 + threadIdx.x] = sum;
}
