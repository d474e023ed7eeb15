// A layer of a step on Hopper: products of warpgroups, and a warp that does nothing but copy tiles. Blocks stay and take tile
// after tile. A warpgroup has 64 rows. Tiles of 64 rows have one consumer, tiles of 128 rows two.
//
// In tiles of 64 rows x 256 columns, two consumers take turns: one finishes its tile while the other multiplies. That pays where
// a product is short, for models of a few hundred units. These tiles read more than L2 gives, so two blocks with the same columns
// and neighbouring rows are a pair: each loads half of the weights for both. A stage is free when the consumers of both blocks
// have done with it.
#pragma once

template <int Rows, int Cols> struct WarpgroupTile {
  static constexpr bool IN_TURN = Rows == 64 && Cols == 256, PAIR = IN_TURN;
  static constexpr int CONSUMERS = IN_TURN ? 2 : Rows / 64, SHARING = IN_TURN ? 1 : CONSUMERS;   // SHARING consumers have one tile
  static constexpr int STAGES = IN_TURN ? 5 : Cols == 256 ? 4 : Cols == 128 ? 6 : 8;
  static constexpr int X_BYTES = Rows * 128, STAGE = X_BYTES + Cols * 128;
  static constexpr bool MOVE_REGISTERS = CONSUMERS == 2;
};

// Brings c and sum of a tile into L2 while its products run.
template <int Rows, int Cols> __device__ __forceinline__ void prefetch_states(const Step& s, int row16, int unit8, int lane) {
  constexpr int LINES = Cols / 32 * 512 / 128;   // of 16 rows
#pragma unroll 1
  for (int e = lane; e < Rows / 16 * LINES; e += 32) {
    const size_t at = fragment(s.units, row16 + e / LINES, unit8, 0) * 16 + (size_t)(e % LINES) * 128;
    prefetch_l2((const char*)s.c + at);
    if (s.sum) prefetch_l2((const char*)s.sum + at);
  }
}

template <Product Kind, int Rows, int Cols>
__device__ __forceinline__ void warpgroup_step(const TensorMap* x0, const TensorMap* w0, const TensorMap* x1, const TensorMap* w1, const Step& s) {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900
  typedef WarpgroupTile<Rows, Cols> T;
  const uint32_t base = (shared_address(shared_memory) + 1023) & ~1023u;
  const uint32_t full = base + T::STAGES * T::STAGE, empty = full + T::STAGES * 8, turns = empty + T::STAGES * 8;
  const int tid = threadIdx.x, lane = tid & 31, warp = tid >> 5;
  const int blocks = s.units / 64, count = Columns::count(s);
  // In a pair, a row tile is one of each block.
  const int rank = T::PAIR ? (int)pair_rank() : 0, height = T::PAIR ? 2 * Rows : Rows;
  const int block = T::PAIR ? blockIdx.x / 2 : blockIdx.x, blocks_in_grid = T::PAIR ? gridDim.x / 2 : gridDim.x;
  const int row_tiles = (s.rows + height - 1) / height, col_tiles = ((Kind == M ? 1 : 4) * s.units + Cols - 1) / Cols, tiles = row_tiles * col_tiles;
  if (tid == 0) {
    for (int st = 0; st < T::STAGES; st++) {
      barrier_init(full + st * 8, 1);
      barrier_init(empty + st * 8, T::SHARING * (T::PAIR ? 8 : 4));
    }
    for (int consumer = 0; consumer < 2; consumer++) barrier_init(turns + consumer * 8, 4);
    barriers_publish();
  }
  if (T::PAIR) pair_sync(); else __syncthreads();
  auto release = [&](int stage) {   // called by whole warps
    if (T::PAIR) { if (lane < 2) barrier_arrive_at(empty + stage * 8, lane); }
    else if (lane == 0) barrier_arrive(empty + stage * 8);
  };
  int stage = 0, phase = 0;
  if (warp >= T::CONSUMERS * 4) {
    if (T::MOVE_REGISTERS) registers_give();
#pragma unroll 1
    for (int tile = warp == T::CONSUMERS * 4 ? block : tiles; tile < tiles; tile += blocks_in_grid) {
      const int row0 = tile % row_tiles * height + rank * Rows, ct = tile / row_tiles;
      if (Kind == Z && row0 < s.rows) prefetch_states<Rows, Cols>(s, row0 / 16, ct * (Cols / 32), lane);
      if (lane == 0) {
        Columns at;
        for (int it = 0; it < count; it++) {
          barrier_wait(empty + stage * 8, phase ^ 1);
          barrier_expect(full + stage * 8, T::STAGE);
          const uint32_t to = base + stage * T::STAGE;
          copy_tile(to, at.source ? x1 : x0, at.x(blocks), row0, full + stage * 8);
          const TensorMap* w = at.source ? w1 : w0;
          if (T::PAIR) copy_tile_to_pair(to + T::X_BYTES + rank * (Cols / 2 * 128), w, at.w(blocks), ct * Cols + rank * (Cols / 2), full + stage * 8);
          else copy_tile(to + T::X_BYTES, w, at.w(blocks), ct * Cols, full + stage * 8);
          at.next(blocks, s.exact);
          if (++stage == T::STAGES) { stage = 0; phase ^= 1; }
        }
      }
      __syncwarp();
    }
  } else {
    if (T::MOVE_REGISTERS) registers_take();
    const int group = warp >> 2, step = T::IN_TURN ? 2 : 1;
    auto skip = [&](int stages) {   // the tile of the other consumer
      stage += stages;
      phase ^= stage / T::STAGES & 1;
      stage %= T::STAGES;
    };
    if (T::IN_TURN && group == 1) skip(count);
    bool is_begun = group == 1;   // the first tile of consumer 0 waits for nobody
    int turn = 0;
    float acc[Cols / 2];
#pragma unroll 1
    for (int tile = T::IN_TURN ? block + group * blocks_in_grid : block; tile < tiles; tile += step * blocks_in_grid) {
      const int ct = tile / row_tiles;
      const int first = tile % row_tiles * height + rank * Rows + (T::IN_TURN ? warp & 3 : warp) * 16, row = first + (lane >> 2);
      const uint32_t word0 = row < s.rows ? s.words[row] : 0, word1 = row + 8 < s.rows ? s.words[row + 8] : 0;
      if (T::IN_TURN && is_begun) {
        barrier_wait(turns + group * 8, turn);
        turn ^= 1;
      }
      is_begun = true;
      int before = 0;
#pragma unroll 1
      for (int it = 0; it < count; it++) {
        barrier_wait(full + stage * 8, phase);
        const u64 x = tile_descriptor(base + stage * T::STAGE + (T::IN_TURN ? 0 : group * 8192)), w = tile_descriptor(base + stage * T::STAGE + T::X_BYTES);
        products_begin();
#pragma unroll
        for (int k = 0; k < 4; k++) warpgroup_product(acc, x + k * 2, w + k * 2, (it | k) != 0);
        products_commit();
        products_wait<1>();
        if (it > 0) release(before);   // the products of the stage before are done
        before = stage;
        if (++stage == T::STAGES) { stage = 0; phase ^= 1; }
      }
      if (T::IN_TURN && lane == 0) barrier_arrive(turns + (group ^ 1) * 8);
      products_wait<0>();
      products_settle(acc);
      release(before);
      if (T::IN_TURN) skip(count);
      if (first >= s.rows) continue;
      if (Kind == M) {
#pragma unroll
        for (int k = 0; k < Cols / 8; k += 4) finish_m<4>(s, row, word0, word1, ct * Cols + k * 8 + (lane & 3) * 2, &acc[k * 4]);
      } else {
        constexpr int AHEAD = 2;   // groups of 8 units
        const int unit8 = ct * (Cols / 32);
        Before e[AHEAD];
#pragma unroll
        for (int k = 0; k < AHEAD; k++) load_before(e[k], s, first >> 4, word0, word1, unit8 + k, lane);
#pragma unroll
        for (int k = 0; k < Cols / 32; k++) {
          finish_z(e[k % AHEAD], s, first >> 4, word0, word1, unit8 + k, lane, &acc[k * 16]);
          if (k + AHEAD < Cols / 32) load_before(e[k % AHEAD], s, first >> 4, word0, word1, unit8 + k + AHEAD, lane);
        }
      }
    }
  }
  if (T::PAIR) pair_sync();   // the other block may still write here
#endif
}
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900
#define PAIR_OF_BLOCKS __cluster_dims__(2, 1, 1)
#else
#define PAIR_OF_BLOCKS
#endif
#define WARPGROUP_KERNEL(name, kind, rows, cols, pair)                                                                                   \
  extern "C" __global__ void pair __launch_bounds__((WarpgroupTile<rows, cols>::CONSUMERS + 1) * 128, 1)                                                         \
      name(const __grid_constant__ TensorMap x0, const __grid_constant__ TensorMap w0, const __grid_constant__ TensorMap x1,       \
           const __grid_constant__ TensorMap w1, const __grid_constant__ Step s) { warpgroup_step<kind, rows, cols>(&x0, &w0, &x1, &w1, s); }
WARPGROUP_KERNEL(mlstm_m_wg_64x64, M, 64, 64, )
WARPGROUP_KERNEL(mlstm_m_wg_128x64, M, 128, 64, )
WARPGROUP_KERNEL(mlstm_m_wg_128x128, M, 128, 128, )
WARPGROUP_KERNEL(mlstm_m_wg_128x256, M, 128, 256, )
WARPGROUP_KERNEL(mlstm_m_wg_64x256, M, 64, 256, PAIR_OF_BLOCKS)
WARPGROUP_KERNEL(mlstm_z_wg_64x64, Z, 64, 64, )
WARPGROUP_KERNEL(mlstm_z_wg_128x64, Z, 128, 64, )
WARPGROUP_KERNEL(mlstm_z_wg_128x128, Z, 128, 128, )
WARPGROUP_KERNEL(mlstm_z_wg_128x256, Z, 128, 256, )
WARPGROUP_KERNEL(mlstm_z_wg_64x256, Z, 64, 256, PAIR_OF_BLOCKS)
