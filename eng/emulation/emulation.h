// CUDA C++ on a CPU, for tests without a GPU: every CUDA thread is a fiber, and the instructions of ptx.cuh are emulated after
// their documented layouts. It checks index logic and the order of protocols, not the memory model, encodings or speed.
#pragma once
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <map>
#include <memory>
#include <vector>

#define __device__
#define __global__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __grid_constant__
#define __cluster_dims__(...)
typedef unsigned long long u64;

struct uint4 { uint32_t x, y, z, w; };
struct int2 { int x, y; };
struct float2 { float x, y; };
struct alignas(16) float4 { float x, y, z, w; };
static inline float2 make_float2(float x, float y) { return {x, y}; }
// What the emulated cuTensorMapEncodeTiled writes.
struct alignas(64) TensorMap { u64 address, columns, rows, row_bytes, box_columns, box_rows, unused[10]; };

// ---- blocks, warps and threads
struct Barrier {
  int arrivals, pending, bytes, phase;
  void finish() { if (pending == 0 && bytes == 0) { phase++; pending = arrivals; } }
};
struct Deposit { uint32_t r[6]; u64 v; };
struct Warp { int generation = 0, arrived = 0; Deposit deposits[2][32]; };
struct Pair { int generation = 0, arrived = 0; struct Block* blocks[2]; };
struct Block {
  uint8_t* shared;
  Pair* pair;
  std::vector<Warp> warps;
  int generation = 0, arrived = 0, threads, x, y;
  std::map<uint32_t, Barrier> barriers;
};
struct Fiber { void* stack_pointer; Block* block; int thread; bool done = false; };
extern Fiber* current;
extern struct Grid { int x, y, threads; } grid;
void yield();   // lets other fibers run

static struct { struct { operator int() const { return current->thread; } } x; } threadIdx;
static struct { struct { operator int() const { return current->block->x; } } x; struct { operator int() const { return current->block->y; } } y; } blockIdx;
static struct { struct { operator int() const { return grid.x; } } x; } gridDim;
static struct { struct { operator int() const { return grid.threads; } } x; } blockDim;
#define shared_memory (current->block->shared)

// All lanes of a warp deposit something, and read what the others have deposited.
static inline Deposit* exchange_in_warp(const Deposit& mine) {
  Warp& w = current->block->warps[current->thread >> 5];
  const int generation = w.generation;
  w.deposits[generation & 1][current->thread & 31] = mine;
  if (++w.arrived == 32) { w.arrived = 0; w.generation++; } else while (w.generation == generation) yield();
  return w.deposits[generation & 1];
}
static inline void __syncwarp() { exchange_in_warp(Deposit{}); }
static inline void __syncthreads() {
  Block& b = *current->block;
  const int generation = b.generation;
  if (++b.arrived == b.threads) { b.arrived = 0; b.generation++; } else while (b.generation == generation) yield();
}
static inline bool __any_sync(unsigned, bool p) {
  Deposit mine{};
  mine.v = p;
  Deposit* all = exchange_in_warp(mine);
  bool any = false;
  for (int i = 0; i < 32; i++) any |= all[i].v != 0;
  return any;
}
static inline uint32_t __shfl_xor_sync(unsigned, uint32_t v, int mask) {
  Deposit mine{};
  mine.v = v;
  const int lane = current->thread & 31;
  return (uint32_t)exchange_in_warp(mine)[lane ^ mask].v;
}
static inline void __trap() { fprintf(stderr, "a kernel gave up waiting\n"); abort(); }
static inline void __threadfence_system() {}
template <class T> T __ldg(const T* p) { return *p; }
static inline float __uint_as_float(uint32_t u) { float f; memcpy(&f, &u, 4); return f; }

// ---- numbers
static inline uint32_t round_bf16(float f) {
  uint32_t u;
  memcpy(&u, &f, 4);
  return f != f ? 0x7FFF : (u + 0x7FFF + ((u >> 16) & 1)) >> 16;
}
static inline float widen(uint32_t bits) { return __uint_as_float(bits << 16); }
static inline uint32_t pack_bf16(float low, float high) { return round_bf16(low) | round_bf16(high) << 16; }
static inline float reciprocal(float x) { return 1.f / x; }
static inline float exponential(float x) { return expf(x); }

// ---- memory
static inline uint32_t shared_address(const void* p) { return (uint32_t)((const uint8_t*)p - current->block->shared); }
static inline void copy16(uint32_t to, const void* from) { memcpy(current->block->shared + to, from, 16); }
static inline void copies_commit() {}
template <int Left> void copies_wait() {}
static inline void reload_if_unwritten(u64& v, const char* p) { if (v == ~0ull) { yield(); v = *(volatile const u64*)p; } }
static inline void store_relaxed(char* p, u64 v) { *(volatile u64*)p = v; }
static inline void fence_device() {}
static inline uint4 load_once(const uint4* p) { return *p; }
static inline void prefetch_l2(const void*) {}
static inline void barrier_init(uint32_t barrier, int arrivals) { current->block->barriers[barrier] = Barrier{arrivals, arrivals, 0, 0}; }
static inline void barrier_arrive(uint32_t barrier) { Barrier& b = current->block->barriers[barrier]; b.pending--; b.finish(); }
static inline void barrier_expect(uint32_t barrier, int bytes) { Barrier& b = current->block->barriers[barrier]; b.bytes += bytes; b.pending--; b.finish(); }
static inline void barrier_wait(uint32_t barrier, int parity) { while ((current->block->barriers[barrier].phase & 1) == parity) yield(); }
static inline void barriers_publish() {}
static inline void copy_tile_into(Block& block, uint32_t to, const TensorMap* map, int column, int row, uint32_t barrier) {
  for (int r = 0; r < (int)map->box_rows; r++)
    for (int c = 0; c < 8; c++) {
      uint32_t at = to + r * 128 + c * 16;
      at ^= (at >> 3) & 0x70;   // 128-byte swizzle
      if (row + r < (int)map->rows && (u64)column + c * 8 < map->columns)
        memcpy(block.shared + at, (const uint8_t*)map->address + (u64)(row + r) * map->row_bytes + column * 2 + c * 16, 16);
      else
        memset(block.shared + at, 0, 16);
    }
  Barrier& b = block.barriers[barrier];
  b.bytes -= (int)map->box_rows * 128;
  b.finish();
}
static inline void copy_tile(uint32_t to, const TensorMap* map, int column, int row, uint32_t barrier) { copy_tile_into(*current->block, to, map, column, row, barrier); }
static inline uint32_t pair_rank() { return current->block->pair->blocks[1] == current->block; }
static inline void pair_sync() {
  Pair& p = *current->block->pair;
  const int generation = p.generation;
  if (++p.arrived == 2 * current->block->threads) { p.arrived = 0; p.generation++; } else while (p.generation == generation) yield();
}
static inline void barrier_arrive_at(uint32_t barrier, uint32_t rank) { Barrier& b = current->block->pair->blocks[rank]->barriers[barrier]; b.pending--; b.finish(); }
static inline void copy_tile_to_pair(uint32_t to, const TensorMap* map, int column, int row, uint32_t barrier) {
  for (Block* b : current->block->pair->blocks) copy_tile_into(*b, to, map, column, row, barrier);
}

// ---- products
static inline void mma16816(float (&d)[4], uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t b0, uint32_t b1) {
  Deposit* all = exchange_in_warp(Deposit{{a0, a1, a2, a3, b0, b1}, 0});
  const int lane = current->thread & 31, g = lane >> 2, j = lane & 3;
  for (int e = 0; e < 4; e++) {
    const int high = e >> 1, column = 2 * j + (e & 1);
    float sum = d[e];
    for (int k = 0; k < 16; k++) {
      const uint32_t a = all[g * 4 + k % 8 / 2].r[(k >= 8) * 2 + high], b = all[column * 4 + k % 8 / 2].r[4 + (k >= 8)];
      sum += widen(k & 1 ? a >> 16 : a & 0xFFFF) * widen(k & 1 ? b >> 16 : b & 0xFFFF);
    }
    d[e] = sum;
  }
}
static inline void load_matrices(uint32_t (&r)[4], uint32_t address) {
  Deposit mine{};
  mine.v = address;
  Deposit* all = exchange_in_warp(mine);
  const int lane = current->thread & 31;
  for (int i = 0; i < 4; i++) memcpy(&r[i], current->block->shared + all[i * 8 + lane / 4].v + lane % 4 * 4, 4);
}
static inline void load_matrices_transposed(uint32_t (&r)[4], uint32_t address) {
  Deposit mine{};
  mine.v = address;
  Deposit* all = exchange_in_warp(mine);
  const int lane = current->thread & 31;
  for (int i = 0; i < 4; i++) {
    uint16_t pair[2];
    for (int e = 0; e < 2; e++) memcpy(&pair[e], current->block->shared + all[i * 8 + lane % 4 * 2 + e].v + lane / 4 * 2, 2);
    r[i] = pair[0] | (uint32_t)pair[1] << 16;
  }
}
static inline u64 tile_descriptor(uint32_t address) { return (u64)((address & 0x3FFFF) >> 4) | (1ull << 16) | (64ull << 32) | (1ull << 62); }
static inline float tile_element(u64 descriptor, int row, int k) {
  uint32_t at = (uint32_t)(descriptor & 0x3FFF) << 4;
  at += row / 8 * ((uint32_t)((descriptor >> 32) & 0x3FFF) << 4) + row % 8 * 128 + k * 2;
  at ^= (at >> 3) & 0x70;
  uint16_t v;
  memcpy(&v, current->block->shared + at, 2);
  return widen(v);
}
template <int Count> void warpgroup_product(float (&d)[Count], u64 a, u64 b, int add) {
  __syncwarp();
  const int t = current->thread % 128, w = t / 32, lane = t % 32, g = lane / 4, j = lane % 4;
  float x[2][16], y[16];
  for (int h = 0; h < 2; h++)
    for (int k = 0; k < 16; k++) x[h][k] = tile_element(a, w * 16 + g + 8 * h, k);
  for (int c = 0; c < Count / 4; c++)
    for (int e = 0; e < 2; e++) {
      for (int k = 0; k < 16; k++) y[k] = tile_element(b, c * 8 + 2 * j + e, k);
      for (int h = 0; h < 2; h++) {
        float sum = add ? d[c * 4 + h * 2 + e] : 0.f;
        for (int k = 0; k < 16; k++) sum += x[h][k] * y[k];
        d[c * 4 + h * 2 + e] = sum;
      }
    }
}
static inline void products_begin() { __syncwarp(); }
static inline void products_commit() { __syncwarp(); }
template <int Left> void products_wait() { __syncwarp(); }
template <int Count> void products_settle(float (&)[Count]) {}
static inline void registers_give() {}
static inline void registers_take() {}
