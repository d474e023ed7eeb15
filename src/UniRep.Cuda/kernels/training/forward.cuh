// The forward pass between the products: a thread for each unit of each row. `parts` are what the product before has left, in
// `splits` parts. A row of the first layer reads its factors from a table by token; above, x has been multiplied already, and
// tokens is null.
#pragma once

__device__ __forceinline__ size_t flat_index() { return (size_t)blockIdx.x * blockDim.x + threadIdx.x; }
__device__ __forceinline__ float sum_of_parts(const float* parts, int splits, size_t stride, size_t at) {
  float s = parts[at];
  for (int i = 1; i < splits; i++) s += parts[i * stride + at];
  return s;
}
__device__ __forceinline__ float sigmoid(float z) { return 1.f / (1.f + expf(-z)); }

// q = h wmh and m = xm * q. xm: [26][units] or [rows][units]; q, m: [rows][units].
extern "C" __global__ void __launch_bounds__(256) train_m(const float* parts, int splits, const float* xm, const int* tokens, float* q, float* m, int rows, int units) {
  const size_t at = flat_index(), count = (size_t)rows * units;
  if (at >= count) return;
  const float s = sum_of_parts(parts, splits, count, at);
  q[at] = s;
  m[at] = s * (tokens ? xm[(size_t)tokens[at / units] * units + at % units] : xm[at]);
}

// z = xz + m wh + b, the gates, c' = f c + i u and h = o tanh(c'). xz: [26][4 units], or what stands in gates already; gates
// [rows][4 units]: i, f, o, u; before, c, h: [rows][units].
extern "C" __global__ void __launch_bounds__(256) train_gates(const float* parts, int splits, const float* xz, const int* tokens, const float* bias, float* gates, const float* before,
                                                              float* c, float* h, int rows, int units) {
  const size_t at = flat_index();
  if (at >= (size_t)rows * units) return;
  const size_t row = at / units, unit = at % units, first = row * 4 * units + unit, stride = (size_t)rows * 4 * units;
  const float* x = tokens ? xz + (size_t)tokens[row] * 4 * units + unit : gates + first;
  float z[4];
#pragma unroll
  for (int k = 0; k < 4; k++) z[k] = x[(size_t)k * units] + bias[(size_t)k * units + unit] + sum_of_parts(parts, splits, stride, first + (size_t)k * units);
  const float i = sigmoid(z[0]), f = sigmoid(z[1]), o = sigmoid(z[2]), u = tanhf(z[3]), cell = f * before[at] + i * u;
  gates[first] = i;
  gates[first + units] = f;
  gates[first + 2 * (size_t)units] = o;
  gates[first + 3 * (size_t)units] = u;
  c[at] = cell;
  h[at] = o * tanhf(cell);
}

// The cross-entropy of each row's target in nats, and scale times its gradient in place of the logits. logits: [rows][32], 25
// classes without the bias, then zeros. Class k is token k + 1. A thread for each row.
constexpr int CLASSES_OF_HEAD = 25, PADDED_CLASSES = 32;
extern "C" __global__ void __launch_bounds__(256) train_loss(float* logits, const float* bias, const int* targets, const float* scales, double* nats, int rows) {
  const size_t row = flat_index();
  if (row >= (size_t)rows) return;
  float* z = logits + row * PADDED_CLASSES;
  float top = z[0] + bias[0], sum = 0.f;
  for (int k = 0; k < CLASSES_OF_HEAD; k++) {
    z[k] += bias[k];
    top = fmaxf(top, z[k]);
  }
  const int target = targets[row] - 1;
  const float wanted = z[target], scale = scales[row];
  for (int k = 0; k < CLASSES_OF_HEAD; k++) {
    z[k] = expf(z[k] - top);
    sum += z[k];
  }
  for (int k = 0; k < CLASSES_OF_HEAD; k++) z[k] *= scale / sum;
  z[target] -= scale;
  nats[row] = log((double)sum) - ((double)wanted - top);
}

// Tokens as rows of zeros with a one, [rows][32]: a product with them sums the rows of each token.
extern "C" __global__ void __launch_bounds__(256) train_one_hot(const int* tokens, float* ones, int rows) {
  const size_t at = flat_index();
  if (at < (size_t)rows * 32) ones[at] = tokens[at / 32] == (int)(at % 32) ? 1.f : 0.f;
}
