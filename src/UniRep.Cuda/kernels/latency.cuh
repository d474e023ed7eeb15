// One to eight sequences from start to end in one launch, with all weights on the chip, for models of one layer.
//
// Block b owns units 16b to 16b + 15: one 16-row tile of wmh^T and four (i, f, o, u) of wh^T. Warp w owns k-tiles KT w to
// KT w + KT - 1 of 16 units each, so that k-tile b is exactly what block b makes. The products have the weights as A and the
// eight sequences as columns of B: eight cost what one does.
//
// Blocks exchange h and m through memory without a barrier: the data is its own flag. A lane polls exactly the pieces of 8
// bytes that are its B fragments, until they differ from the mark of an unwritten piece. Four buffers rotate. When a block
// holds all of exchange e, everybody has finished e - 1; it then resets its own slot of e - 1, which is used again at e + 3.
#pragma once

constexpr int LATENCY_WARPS = 8;
constexpr int PITCH = 20, PART = 8 * PITCH;   // floats of a row, and of a partial tile
constexpr int SLOT_BYTES = 256;               // 8 sequences x 16 units x bfloat16
constexpr u64 UNWRITTEN = ~0ull;              // four times 0xFFFF, which rounding to bfloat16 never gives
constexpr int POLLS = 1 << 21;                // before it gives up: one or two seconds

// KT: k-tiles of a warp. InRegisters: how many of its 4 KT gate fragments stay in registers; the others lie in shared memory.
template <int KT, int InRegisters> struct Latency {
  static constexpr int FRAGMENTS = 5 * KT, REGISTERS = KT + InRegisters, SHARED = FRAGMENTS - REGISTERS;
  static constexpr int BUFFER = LATENCY_WARPS * KT * SLOT_BYTES;
};

// Waits until every piece that this lane needs has been written, and leaves the pieces in b.
template <int KT> __device__ __forceinline__ void receive(const char* p, bool active, u64 (&b)[KT], int* error) {
#pragma unroll
  for (int t = 0; t < KT; t++) b[t] = active ? UNWRITTEN : 0ull;
  int polls = 0;
#pragma unroll 1
  while (true) {
#pragma unroll
    for (int t = 0; t < KT; t++) reload_if_unwritten(b[t], p + t * SLOT_BYTES);
    bool waits = false;
#pragma unroll
    for (int t = 0; t < KT; t++) waits |= b[t] == UNWRITTEN;
    if (!__any_sync(0xFFFFFFFFu, waits)) break;
    if (++polls > POLLS) {
      *(volatile int*)error = 1 + (int)blockIdx.x;
      __threadfence_system();
      __trap();
    }
  }
}
__device__ __forceinline__ void store_part(float* part, const float (&d)[4], int g, int j, int n) {
  if (2 * j < n) { part[2 * j * PITCH + g] = d[0]; part[2 * j * PITCH + g + 8] = d[2]; }
  if (2 * j + 1 < n) { part[(2 * j + 1) * PITCH + g] = d[1]; part[(2 * j + 1) * PITCH + g + 8] = d[3]; }
}
// Called by all lanes of a warp, with 2 sequences x 16 units. Every fourth lane stores 4 units as one piece.
__device__ __forceinline__ void publish(char* slot, float v, int sequence, int unit, bool mine) {
  const uint32_t x = pack_bf16(v, 0.f) & 0xFFFF;
  const uint32_t low = x | (__shfl_xor_sync(0xFFFFFFFFu, x, 1) << 16);
  const uint32_t high = __shfl_xor_sync(0xFFFFFFFFu, low, 2);
  if (mine && (unit & 3) == 0) store_relaxed(slot + sequence * 32 + unit * 2, (u64)low | ((u64)high << 32));
}
// Makes a slot of this block unwritten again, before the next piece that this block publishes.
__device__ __forceinline__ void reset(char* slot, int lane, bool active) {
  if (active) store_relaxed(slot + lane * 8, UNWRITTEN);
  fence_device();
}

// weights [blocks][8 warps][5 KT][32 lanes]; xm [26][units]; xz [26][4][units]; tokens [steps + 1][8]; lengths, from, to [8]:
// positions, slot of `out` to start from (-1: zero), slot of the result; out [slots][3][units]; states [steps][8][units] or null;
// exchange: 4 buffers, unwritten but for the slots of blocks that do not exist, which are zero.
template <int KT, int InRegisters>
__device__ __forceinline__ void latency_scan(const uint4* weights, const float* xm, const float* xz, const uint8_t* tokens, const int* lengths, const int* from,
                                             const int* to, float* out, float* states, char* exchange, int n, int steps, int units, int* error) {
  typedef Latency<KT, InRegisters> T;
  uint4* shared = (uint4*)shared_memory;
  float* part_m = (float*)(shared + LATENCY_WARPS * T::SHARED * 32);
  float* part_z = part_m + LATENCY_WARPS * PART;
  float* table = part_z + LATENCY_WARPS * PART * 4;
  const int tid = threadIdx.x, lane = tid & 31, warp = tid >> 5, g = lane >> 2, j = lane & 3, block = blockIdx.x;
  uint4 held[T::REGISTERS];
  {
    const uint4* mine = weights + (size_t)(block * LATENCY_WARPS + warp) * T::FRAGMENTS * 32 + lane;
#pragma unroll
    for (int f = 0; f < T::REGISTERS; f++) held[f] = load_once(mine + f * 32);
#pragma unroll 4
    for (int f = 0; f < T::SHARED; f++) shared[(warp * T::SHARED + f) * 32 + lane] = load_once(mine + (T::REGISTERS + f) * 32);
  }
  for (int e = tid; e < 26 * 80; e += 256) {
    const int token = e / 80, r = e % 80, q = r / 16, unit = block * 16 + r % 16;
    table[e] = q == 0 ? xm[token * units + unit] : xz[(token * 4 + q - 1) * units + unit];
  }
  // What this thread does at the end of a product: one unit of one sequence.
  const int sequence = tid >> 4, unit = tid & 15, column = block * 16 + unit;
  const bool finishes = tid < 128 && warp * 2 < n;   // the same for a whole warp
  const bool mine = tid < 128 && sequence < n;
  const int length = mine ? lengths[sequence] : 0;
  float c = 0.f, h = 0.f, sum = 0.f;
  if (mine && from[sequence] >= 0) {
    const float* start = out + (size_t)from[sequence] * 3 * units + column;
    sum = start[0];
    h = start[units];
    c = start[2 * units];
  }
  int token = mine ? tokens[sequence] : 0;
  const bool active = g < n;
  const char* input = exchange + (size_t)(warp * KT) * SLOT_BYTES + g * 32 + j * 8;   // this lane's first piece in buffer 0
  char* slot = exchange + (size_t)block * SLOT_BYTES;                                 // this block's slot in buffer 0
  const uint4* stored = shared + warp * T::SHARED * 32 + lane;
  __syncthreads();
  if (finishes) publish(slot, h, sequence, unit, mine);

  for (int t = 0; t < steps; t++) {
    u64 b[KT];
    // Exchange 2t is h: m = xm * (h wmh).
    receive<KT>(input + ((2 * t) & 3) * T::BUFFER, active, b, error);
    {
      float d[3][4] = {};
#pragma unroll
      for (int k = 0; k < KT; k++) mma16816(d[k % 3], held[k].x, held[k].y, held[k].z, held[k].w, (uint32_t)b[k], (uint32_t)(b[k] >> 32));
#pragma unroll
      for (int i = 0; i < 4; i++) d[0][i] += d[1][i] + d[2][i];
      store_part(part_m + warp * PART, d[0], g, j, n);
    }
    __syncthreads();   // all warps hold exchange 2t, so every block has finished exchange 2t - 1: its buffer may be reset
    if (finishes) {
      float s = 0.f;
#pragma unroll
      for (int w = 0; w < LATENCY_WARPS; w++) s += part_m[w * PART + (sequence & 7) * PITCH + unit];
      publish(slot + ((2 * t + 1) & 3) * T::BUFFER, s * table[token * 80 + unit], sequence, unit, mine);
    } else if (warp == 4) {
      reset(slot + ((2 * t + 3) & 3) * T::BUFFER, lane, active);
    }
    // Exchange 2t + 1 is m: z = xz + m wh, then the gates.
    receive<KT>(input + ((2 * t + 1) & 3) * T::BUFFER, active, b, error);
    {
      float d[4][4] = {};
#pragma unroll
      for (int k = 0; k < KT; k++) {
#pragma unroll
        for (int q = 0; q < 4; q++) {
          const int f = k * 4 + q;
          const uint4 w = f < InRegisters ? held[KT + (f < InRegisters ? f : 0)] : stored[(f - InRegisters) * 32];
          mma16816(d[q], w.x, w.y, w.z, w.w, (uint32_t)b[k], (uint32_t)(b[k] >> 32));
        }
      }
#pragma unroll
      for (int q = 0; q < 4; q++) store_part(part_z + (warp * 4 + q) * PART, d[q], g, j, n);
    }
    __syncthreads();
    if (finishes) {
      float z[4];
#pragma unroll
      for (int q = 0; q < 4; q++) {
        z[q] = table[token * 80 + 16 + q * 16 + unit];
#pragma unroll
        for (int w = 0; w < LATENCY_WARPS; w++) z[q] += part_z[(w * 4 + q) * PART + (sequence & 7) * PITCH + unit];
      }
      float cell = c, hidden;
      gates(z[0], z[1], z[2], z[3], cell, hidden);
      if (mine && t < length) {
        c = cell;
        h = hidden;
        sum += hidden;
        if (states) states[((size_t)t * 8 + sequence) * units + column] = hidden;
      }
      publish(slot + ((2 * t + 2) & 3) * T::BUFFER, h, sequence, unit, mine);
      token = mine ? tokens[(size_t)(t + 1) * 8 + sequence] : 0;
    } else if (warp == 4) {
      reset(slot + ((2 * t) & 3) * T::BUFFER, lane, active);
    }
  }
  if (mine) {
    float* result = out + (size_t)to[sequence] * 3 * units + column;
    result[0] = sum;
    result[units] = h;
    result[2 * units] = c;
  }
}
#define LATENCY_KERNEL(name, kt, in_registers)                                                                                                \
  extern "C" __global__ void __launch_bounds__(256, 1)                                                                                        \
      name(const uint4* __restrict__ weights, const float* __restrict__ xm, const float* __restrict__ xz, const uint8_t* __restrict__ tokens, \
           const int* __restrict__ lengths, const int* __restrict__ from, const int* __restrict__ to, float* out, float* states,              \
           char* exchange, int n, int steps, int units, int* error) {                                                                         \
    latency_scan<kt, in_registers>(weights, xm, xz, tokens, lengths, from, to, out, states, exchange, n, steps, units, error);                \
  }
LATENCY_KERNEL(mlstm_latency_2, 2, 8)
LATENCY_KERNEL(mlstm_latency_6, 6, 24)
LATENCY_KERNEL(mlstm_latency_15, 15, 24)
