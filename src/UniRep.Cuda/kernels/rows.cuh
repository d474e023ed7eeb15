// What happens to rows between steps, and the language-model head.
#pragma once

// Copies the state of rows, one layer. A block has one pair (from, to).
extern "C" __global__ void mlstm_copy_rows(const int2* pairs, int count, uint16_t* h, float* c, float* sum, int units, int kx) {
  if ((int)blockIdx.x >= count) return;
  const int2 pair = pairs[blockIdx.x];
  const uint4* from = (const uint4*)(h + (size_t)pair.x * kx);
  uint4* to = (uint4*)(h + (size_t)pair.y * kx);
  for (int i = threadIdx.x; i < kx / 8; i += blockDim.x) to[i] = from[i];
  for (int unit = threadIdx.x; unit < units; unit += blockDim.x) {
    const size_t a = state_index(units, pair.x, unit), b = state_index(units, pair.y, unit);
    c[b] = c[a];
    if (sum) sum[b] = sum[a];
  }
}

// Writes the state of rows in the form of results: sum, h, c. A block has one pair (row, slot).
extern "C" __global__ void mlstm_rows_to_slots(const int2* pairs, int count, const uint16_t* h, const float* c, const float* sum, float* out, int units, int kx) {
  if ((int)blockIdx.x >= count) return;
  const int2 pair = pairs[blockIdx.x];
  float* to = out + (size_t)pair.y * 3 * units;
  for (int unit = threadIdx.x; unit < units; unit += blockDim.x) {
    const size_t at = state_index(units, pair.x, unit);
    const uint16_t* x = h + (size_t)pair.x * kx + unit;
    to[unit] = sum[at];
    to[units + unit] = low_half(x[0]) + (kx > units ? low_half(x[units]) : 0.f);
    to[2 * units + unit] = c[at];
  }
}

// logits = h W + b for 25 classes, in float32: states [rows][units], head_w [25][units], logits [rows][25]. A block has 32 rows; a
// thread has one row and the classes j, j + 8, j + 16 and j + 24.
constexpr int CLASSES = 25;
extern "C" __global__ void __launch_bounds__(256) mlstm_head(const float* states, const float* head_w, const float* head_b, float* logits, int rows, int units) {
  float* x = (float*)shared_memory;   // [32][65]
  float* w = x + 32 * 65;             // [25][65]
  const int tid = threadIdx.x, r = tid >> 3, j = tid & 7, row0 = blockIdx.x * 32;
  float sums[4] = {0.f, 0.f, 0.f, 0.f};
  for (int k0 = 0; k0 < units; k0 += 64) {
    for (int e = tid; e < 32 * 64; e += 256) {
      const int row = row0 + e / 64;
      x[e / 64 * 65 + e % 64] = row < rows ? states[(size_t)row * units + k0 + e % 64] : 0.f;
    }
    for (int e = tid; e < CLASSES * 64; e += 256) w[e / 64 * 65 + e % 64] = head_w[(size_t)(e / 64) * units + k0 + e % 64];
    __syncthreads();
#pragma unroll 8
    for (int k = 0; k < 64; k++) {
      const float v = x[r * 65 + k];
#pragma unroll
      for (int i = 0; i < 3; i++) sums[i] = fmaf(v, w[(j + i * 8) * 65 + k], sums[i]);
      if (j == 0) sums[3] = fmaf(v, w[24 * 65 + k], sums[3]);
    }
    __syncthreads();
  }
  if (row0 + r >= rows) return;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const int k = j + i * 8;
    if (k < CLASSES) logits[(size_t)(row0 + r) * CLASSES + k] = sums[i] + head_b[k];
  }
}
