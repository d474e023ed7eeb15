// The backward pass between the products, from the last step of a segment to the first: a thread for each unit of each row.
#pragma once

// The gradients of the gates before their functions, in place of the gates, from those of h and c. Above: of h from the head or
// the layer above, [rows][units]. parts: of h from the step after, which had `later` rows, the first ones. cells: of c, from the
// step after; here it becomes that for the step before, [rows][units].
extern "C" __global__ void __launch_bounds__(256) train_gate_gradients(const float* above, const float* parts, int splits, int later, float* cells, float* gates, const float* before,
                                                                       const float* c, int rows, int units) {
  const size_t at = flat_index();
  if (at >= (size_t)rows * units) return;
  const size_t row = at / units, first = row * 4 * units + at % units;
  const bool has_later = row < (size_t)later;
  const float dh = above[at] + (has_later ? sum_of_parts(parts, splits, (size_t)later * units, at) : 0.f);
  const float i = gates[first], f = gates[first + units], o = gates[first + 2 * (size_t)units], u = gates[first + 3 * (size_t)units];
  const float t = tanhf(c[at]), dc = (has_later ? cells[at] : 0.f) + dh * o * (1.f - t * t);
  gates[first] = dc * u * i * (1.f - i);
  gates[first + units] = dc * before[at] * f * (1.f - f);
  gates[first + 2 * (size_t)units] = dh * t * o * (1.f - o);
  gates[first + 3 * (size_t)units] = dc * i * (1.f - u * u);
  cells[at] = dc * f;
}

// From dm = dz wh^T: dq = dm * xm, and in place of q = h wmh the gradient of xm, dm * q.
extern "C" __global__ void __launch_bounds__(256) train_m_gradients(const float* parts, int splits, const float* xm, const int* tokens, float* q, float* dq, int rows, int units) {
  const size_t at = flat_index(), count = (size_t)rows * units;
  if (at >= count) return;
  const float dm = sum_of_parts(parts, splits, count, at);
  dq[at] = dm * (tokens ? xm[(size_t)tokens[at / units] * units + at % units] : xm[at]);
  q[at] *= dm;
}

// to = the sum of parts, or to += it. With one part, a copy.
extern "C" __global__ void __launch_bounds__(256) train_sum(const float* parts, int splits, float* to, int count, int adds) {
  const size_t at = flat_index();
  if (at < (size_t)count) to[at] = (adds ? to[at] : 0.f) + sum_of_parts(parts, splits, (size_t)count, at);
}
