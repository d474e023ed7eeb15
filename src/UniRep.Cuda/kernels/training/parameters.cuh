// Raw parameters: weight normalisation and its gradient, and Adam. Raw arrays have no padding: row r, column j of a matrix is at
// r * columns + j. A padded one has its columns in blocks, one for each gate: column j is at j / block * padded + j % block.
#pragma once

__device__ __forceinline__ int padded_column(int j, int block, int padded) { return j / block * padded + j % block; }

// Sums over the rows of 32 columns in blocks of 256 threads: 8 threads a column, whose sums are added in order.
__device__ __forceinline__ double sum_of_threads(double mine) {
  double* all = (double*)shared_memory;
  __syncthreads();
  all[threadIdx.x] = mine;
  __syncthreads();
  double sum = 0;
  for (int i = 0; i < 8; i++) sum += all[i * 32 + (threadIdx.x & 31)];
  return sum;
}
constexpr double LEAST_SQUARES = 1e-12;   // below this the norm does not depend on v

// w[:, j] = g[j] v[:, j] / |v[:, j]|. v: [rows][columns]; w: padded, [rows][pitch]; inverse: 1 / |v[:, j]|.
extern "C" __global__ void __launch_bounds__(256) train_fold(const float* v, const float* g, float* w, float* inverse, int rows, int columns, int block, int padded, int pitch) {
  const int j = (int)blockIdx.x * 32 + (threadIdx.x & 31), first = threadIdx.x >> 5;
  double squares = 0;
  if (j < columns)
    for (int r = first; r < rows; r += 8) {
      const double x = v[(size_t)r * columns + j];
      squares += x * x;
    }
  squares = sum_of_threads(squares);
  if (j >= columns) return;
  const float norm = (float)(1.0 / sqrt(squares > LEAST_SQUARES ? squares : LEAST_SQUARES)), scale = norm * g[j];
  if (first == 0) inverse[j] = norm;
  const int at = padded_column(j, block, padded);
  for (int r = first; r < rows; r += 8) w[(size_t)r * pitch + at] = v[(size_t)r * columns + j] * scale;
}

// dg = sum of dw v / |v| and dv = g / |v| (dw - dg v / |v|), from dw, padded.
extern "C" __global__ void __launch_bounds__(256) train_unfold(const float* v, const float* g, const float* inverse, const float* dw, float* dv, float* dg, int rows, int columns, int block,
                                                               int padded, int pitch) {
  const int j = (int)blockIdx.x * 32 + (threadIdx.x & 31), first = threadIdx.x >> 5, at = padded_column(j, block, padded);
  double dot = 0;
  if (j < columns)
    for (int r = first; r < rows; r += 8) dot += (double)v[(size_t)r * columns + j] * dw[(size_t)r * pitch + at];
  dot = sum_of_threads(dot);
  if (j >= columns) return;
  const float norm = inverse[j], gain = (float)dot * norm, scale = g[j] * norm;
  const float along = norm < 999999.f ? gain * norm : 0.f;
  if (first == 0) dg[j] = gain;
  for (int r = first; r < rows; r += 8) dv[(size_t)r * columns + j] = scale * (dw[(size_t)r * pitch + at] - along * v[(size_t)r * columns + j]);
}

// to[j] = sum of the rows of from, [rows][pitch]; raw columns of a padded matrix.
extern "C" __global__ void __launch_bounds__(256) train_column_sums(const float* from, float* to, int rows, int columns, int block, int padded, int pitch, int adds) {
  const int j = (int)blockIdx.x * 32 + (threadIdx.x & 31), first = threadIdx.x >> 5, at = padded_column(j, block, padded);
  double sum = 0;
  if (j < columns)
    for (int r = first; r < rows; r += 8) sum += from[(size_t)r * pitch + at];
  sum = sum_of_threads(sum);
  if (j < columns && first == 0) to[j] = (adds ? to[j] : 0.f) + (float)sum;
}

// Copies a raw matrix to a padded one, or back.
extern "C" __global__ void __launch_bounds__(256) train_pad(const float* from, float* to, int rows, int columns, int block, int padded, int pitch, int is_back) {
  const size_t at = flat_index();
  if (at >= (size_t)rows * columns) return;
  const size_t there = at / columns * pitch + padded_column((int)(at % columns), block, padded);
  if (is_back) to[at] = from[there];
  else to[there] = from[at];
}

// The sums of squares of 4,096 numbers each.
constexpr int SQUARES_OF_BLOCK = 4096;
extern "C" __global__ void __launch_bounds__(256) train_squares(const float* gradients, double* sums, int count) {
  double squares = 0;
  for (int i = 0; i < SQUARES_OF_BLOCK / 256; i++) {
    const size_t at = (size_t)blockIdx.x * SQUARES_OF_BLOCK + i * 256 + threadIdx.x;
    if (at < (size_t)count) squares += (double)gradients[at] * gradients[at];
  }
  const double column = sum_of_threads(squares);
  __syncthreads();
  double* all = (double*)shared_memory;
  if (threadIdx.x < 32) all[threadIdx.x] = column;
  __syncthreads();
  if (threadIdx.x != 0) return;
  double sum = 0;
  for (int i = 0; i < 32; i++) sum += all[i];
  sums[blockIdx.x] = sum;
}

// A step of Adam with decoupled weight decay. average is null if none is kept.
struct Adam { float beta1, rest1, beta2, rest2, clip, rate, correction, epsilon, kept, slow, fast; };
extern "C" __global__ void __launch_bounds__(256) train_adam(float* parameters, const float* gradients, float* first, float* second, float* average, int count, const __grid_constant__ Adam s) {
  const size_t at = flat_index();
  if (at >= (size_t)count) return;
  const float g = gradients[at] * s.clip, m = s.beta1 * first[at] + s.rest1 * g, v = s.beta2 * second[at] + s.rest2 * g * g;
  first[at] = m;
  second[at] = v;
  const float p = parameters[at] * s.kept - s.rate * m / (sqrtf(v * s.correction) + s.epsilon);
  parameters[at] = p;
  if (average) average[at] = s.slow * average[at] + s.fast * p;
}
