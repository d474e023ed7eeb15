// Matrix products of float32 numbers on the matrix unit: C = A B or C += A B. Numbers become bfloat16 on the way to shared
// memory, or the sum of two bfloat16 numbers, high + low, if exact: then three products are added, high * high, high * low and
// low * high, and sums of 32 terms leave the matrix unit, whose own sums are coarser than float32.
//
//   NN  A [m][k], B [k][n]     forward: h wmh, m wh
//   NT  A [m][k], B [n][k]     backward: dz wh^T
//   TN  A [k][m], B [k][n]     gradients of matrices: sums over the rows of a segment
//
// A block makes a tile of C. Where C has few tiles, several blocks make one, each a part of k: C is then [splits][m][ldc], and
// whoever reads it adds the parts, always in the same order. Rows are multiples of 4 numbers, so that 4 are read at a time.
#pragma once

enum Layout { NN, NT, TN };

struct MatrixProduct {
  const float* a;
  const float* b;
  float* c;
  const int* rows;   // TN: where row k of A stands; null: at k
  int m, n, k, lda, ldb, ldc, splits, adds;
};

constexpr int DEPTH = 32;   // of a tile in shared memory

// One factor in shared memory, in the order in which it lies in memory: Side rows of DEPTH numbers, or DEPTH rows of Side
// numbers. Rows are 16 bytes longer, so that those of a matrix of 8 x 8 lie in different banks.
template <int Side, bool ByDepth> struct Factor {
  static constexpr int ROWS = ByDepth ? DEPTH : Side, ROW = ByDepth ? Side : DEPTH;
  static constexpr int PITCH = (ROW + 8) * 2, BYTES = ROWS * PITCH;
  static constexpr int PIECES = Side * DEPTH / 4;   // of four numbers
};

// The numbers of a factor that a thread brings, four at a time: always the same columns, of rows that are STEP apart.
// Gathers: rows may stand out of order.
template <int Side, bool ByDepth, int Threads, bool Gathers> struct Pieces {
  typedef Factor<Side, ByDepth> F;
  static constexpr int COUNT = F::PIECES / Threads, STEP = Threads / (F::ROW / 4);
  const float* first;   // of the next tile
  const int* rows;      // see MatrixProduct
  int row, column, ld, side;
  float4 v[COUNT];

  // side0, side: the first row or column of the tile in its matrix, and how many the matrix has.
  __device__ __forceinline__ void begin(const float* p, int pitch, const int* places, int side0, int sides, int depth) {
    row = (int)threadIdx.x / (F::ROW / 4) + (ByDepth ? depth : side0);
    column = (int)threadIdx.x % (F::ROW / 4) * 4 + (ByDepth ? side0 : depth);
    ld = pitch;
    side = sides;
    rows = Gathers ? places : nullptr;
    first = p + (rows ? 0 : (size_t)row * ld) + column;
  }
  // Reads the next tile; what is outside of the matrix is zero. depth: where the sums end.
  __device__ __forceinline__ void load(int depth) {
    const bool is_in = column < (ByDepth ? side : depth);
#pragma unroll
    for (int i = 0; i < COUNT; i++) {
      const int r = row + i * STEP;
      v[i].x = v[i].y = v[i].z = v[i].w = 0.f;
      if (is_in && r < (ByDepth ? depth : side)) v[i] = __ldg((const float4*)(first + (rows ? (size_t)rows[r] * ld : (size_t)(i * STEP * ld))));
    }
    if (ByDepth) {
      row += DEPTH;
      if (!rows) first += (size_t)DEPTH * ld;
    } else {
      column += DEPTH;
      first += DEPTH;
    }
  }
  template <bool Exact> __device__ __forceinline__ void store(uint8_t* to) const {
#pragma unroll
    for (int i = 0; i < COUNT; i++) {
      const int e = (int)threadIdx.x + i * Threads, row = e / (F::ROW / 4), at = e % (F::ROW / 4) * 4;
      uint8_t* p = to + row * F::PITCH + at * 2;
      const uint32_t xy = pack_bf16(v[i].x, v[i].y), zw = pack_bf16(v[i].z, v[i].w);
      *(u64*)p = xy | (u64)zw << 32;
      if (Exact) {
        const uint32_t low_xy = pack_bf16(v[i].x - __uint_as_float(xy << 16), v[i].y - __uint_as_float(xy & 0xFFFF0000u));
        const uint32_t low_zw = pack_bf16(v[i].z - __uint_as_float(zw << 16), v[i].w - __uint_as_float(zw & 0xFFFF0000u));
        *(u64*)(p + F::BYTES) = low_xy | (u64)low_zw << 32;
      }
    }
  }
};

// The fragments of 16 numbers of depth: of 16 rows as A, or of two times 8 columns as B.
template <int Side, bool ByDepth, bool IsB> __device__ __forceinline__ void fragment16(uint32_t (&r)[4], uint32_t factor, int side, int depth) {
  typedef Factor<Side, ByDepth> F;
  const int lane = threadIdx.x & 31, matrix = lane >> 3;
  const int s = side + ((IsB ? matrix >> 1 : matrix & 1) << 3), d = depth + ((IsB ? matrix & 1 : matrix >> 1) << 3);
  if (ByDepth) load_matrices_transposed(r, factor + (d + (lane & 7)) * F::PITCH + s * 2);
  else load_matrices(r, factor + (s + (lane & 7)) * F::PITCH + d * 2);
}

// Tile: rows and columns of a block. A warp has half of the rows and 32 columns.
template <Layout L, bool Exact, int Tile> struct ProductTile {
  static constexpr int THREADS = Tile * 2, WARP_ROWS = Tile / 2, ROWS16 = WARP_ROWS / 16, PARTS = Exact ? 2 : 1;
  typedef Pieces<Tile, L == TN, THREADS, L == TN> PiecesOfA;
  typedef Pieces<Tile, L != NT, THREADS, false> PiecesOfB;
  static constexpr int A_BYTES = PiecesOfA::F::BYTES, B_BYTES = PiecesOfB::F::BYTES, BUFFER = PARTS * (A_BYTES + B_BYTES);
};

template <Layout L, bool Exact, int Tile> __device__ __forceinline__ void matrix_product(const MatrixProduct& p) {
  typedef ProductTile<L, Exact, Tile> T;
  const int warp = threadIdx.x >> 5, lane = threadIdx.x & 31;
  const int tiles = (p.m + Tile - 1) / Tile, split = (int)blockIdx.y / tiles;
  const int row0 = (int)blockIdx.y % tiles * Tile, column0 = (int)blockIdx.x * Tile;
  const int warp_row = (warp & 1) * T::WARP_ROWS, warp_column = (warp >> 1) * 32;
  const int each = ((p.k + DEPTH - 1) / DEPTH + p.splits - 1) / p.splits * DEPTH;
  const int from = split * each, to = from + each < p.k ? from + each : p.k;

  float acc[T::ROWS16][4][4] = {}, sum[T::ROWS16][4][4] = {};
  typename T::PiecesOfA a;
  typename T::PiecesOfB b;
  a.begin(p.a, p.lda, p.rows, row0, p.m, from);
  b.begin(p.b, p.ldb, nullptr, column0, p.n, from);
  auto load = [&] {
    a.load(to);
    b.load(to);
  };
  auto store = [&](int buffer) {
    a.template store<Exact>(shared_memory + buffer * T::BUFFER);
    b.template store<Exact>(shared_memory + buffer * T::BUFFER + T::PARTS * T::A_BYTES);
  };
  if (from < to) {
    load();
    store(0);
  }
  __syncthreads();
  int buffer = 0;
#pragma unroll 1
  for (int depth = from; depth < to; depth += DEPTH) {
    const bool more = depth + DEPTH < to;
    if (more) load();
    const uint32_t at_a = shared_address(shared_memory + buffer * T::BUFFER), at_b = at_a + T::PARTS * T::A_BYTES;
#pragma unroll
    for (int d = 0; d < DEPTH; d += 16) {
      uint32_t high_b[2][4], low_b[2][4];
#pragma unroll
      for (int j = 0; j < 2; j++) {
        fragment16<Tile, L != NT, true>(high_b[j], at_b, warp_column + j * 16, d);
        if (Exact) fragment16<Tile, L != NT, true>(low_b[j], at_b + T::B_BYTES, warp_column + j * 16, d);
      }
#pragma unroll
      for (int i = 0; i < T::ROWS16; i++) {
        uint32_t high[4], low[4];
        fragment16<Tile, L == TN, false>(high, at_a, warp_row + i * 16, d);
        if (Exact) fragment16<Tile, L == TN, false>(low, at_a + T::A_BYTES, warp_row + i * 16, d);
#pragma unroll
        for (int j = 0; j < 4; j++) {
          float(&c)[4] = acc[i][j];
          const uint32_t b0 = high_b[j >> 1][(j & 1) * 2], b1 = high_b[j >> 1][(j & 1) * 2 + 1];
          if (Exact) {
            mma16816(c, high[0], high[1], high[2], high[3], low_b[j >> 1][(j & 1) * 2], low_b[j >> 1][(j & 1) * 2 + 1]);
            mma16816(c, low[0], low[1], low[2], low[3], b0, b1);
          }
          mma16816(c, high[0], high[1], high[2], high[3], b0, b1);
        }
      }
    }
    if (Exact) {
#pragma unroll
      for (int i = 0; i < T::ROWS16; i++)
#pragma unroll
        for (int j = 0; j < 4; j++)
#pragma unroll
          for (int e = 0; e < 4; e++) {
            sum[i][j][e] += acc[i][j][e];
            acc[i][j][e] = 0.f;
          }
    }
    if (more) store(buffer ^ 1);   // everybody has read it: before the last barrier
    __syncthreads();
    buffer ^= 1;
  }

  float* c = p.c + (size_t)split * p.m * p.ldc;
#pragma unroll
  for (int i = 0; i < T::ROWS16; i++)
#pragma unroll
    for (int j = 0; j < 4; j++) {
      const int row = row0 + warp_row + i * 16 + (lane >> 2), column = column0 + warp_column + j * 8 + (lane & 3) * 2;
      if (column >= p.n) continue;
      const float(&d)[4] = Exact ? sum[i][j] : acc[i][j];
#pragma unroll
      for (int half = 0; half < 2; half++) {
        if (row + half * 8 >= p.m) continue;
        float2* to_c = (float2*)(c + (size_t)(row + half * 8) * p.ldc + column);
        const float2 before = p.adds ? *to_c : make_float2(0.f, 0.f);
        *to_c = make_float2(before.x + d[half * 2], before.y + d[half * 2 + 1]);
      }
    }
}
#define PRODUCT_KERNEL(name, layout, exact, tile) \
  extern "C" __global__ void __launch_bounds__(tile * 2, exact ? 1 : 2) name(const __grid_constant__ MatrixProduct p) { matrix_product<layout, exact, tile>(p); }
PRODUCT_KERNEL(train_nn_64, NN, false, 64)
PRODUCT_KERNEL(train_nn_128, NN, false, 128)
PRODUCT_KERNEL(train_nt_64, NT, false, 64)
PRODUCT_KERNEL(train_nt_128, NT, false, 128)
PRODUCT_KERNEL(train_tn_64, TN, false, 64)
PRODUCT_KERNEL(train_tn_128, TN, false, 128)
PRODUCT_KERNEL(train_exact_nn_64, NN, true, 64)
PRODUCT_KERNEL(train_exact_nn_128, NN, true, 128)
PRODUCT_KERNEL(train_exact_nt_64, NT, true, 64)
PRODUCT_KERNEL(train_exact_nt_128, NT, true, 128)
PRODUCT_KERNEL(train_exact_tn_64, TN, true, 64)
PRODUCT_KERNEL(train_exact_tn_128, TN, true, 128)
