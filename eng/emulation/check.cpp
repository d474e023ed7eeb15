// Checks and times the kernels alone, on a card or emulated: a random model, packed as docs/cuda.md says, against float64.
// Build: g++ -O2 -std=c++17 -pthread eng/emulation/check.cpp -o check -ldl
// Run: check libcuda-emulated.so | check libcuda.so.1 src/UniRep.Cuda/mlstm.fatbin [time]
#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <functional>
#include <string>
#include <thread>
#include <vector>
using std::string;
using std::vector;
typedef unsigned long long u64;

// ---- the driver
static void* library;
#define F(name, ...) static int (*name)(__VA_ARGS__)
F(cuInit, unsigned); F(cuDeviceGetAttribute, int*, int, int); F(cuDeviceGetName, char*, int, int); F(cuDevicePrimaryCtxRetain, void**, int); F(cuCtxSetCurrent, void*);
F(cuModuleLoadData, void**, const void*); F(cuModuleGetFunction, void**, void*, const char*); F(cuFuncSetAttribute, void*, int, int); F(cuFuncGetAttribute, int*, int, void*);
F(cuMemAlloc_v2, u64*, size_t); F(cuMemFree_v2, u64); F(cuMemcpyHtoDAsync_v2, u64, const void*, size_t, void*); F(cuMemcpyDtoHAsync_v2, void*, u64, size_t, void*);
F(cuMemsetD8Async, u64, unsigned char, size_t, void*); F(cuMemsetD2D8Async, u64, size_t, unsigned char, size_t, size_t, void*); F(cuStreamCreate, void**, unsigned);
F(cuStreamSynchronize, void*); F(cuEventCreate, void**, unsigned); F(cuEventRecord, void*, void*); F(cuEventSynchronize, void*); F(cuEventElapsedTime, float*, void*, void*);
F(cuLaunchKernel, void*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void*, void**, void**);
F(cuLaunchCooperativeKernel, void*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void*, void**); F(cuGetErrorName, int, const char**);
F(cuTensorMapEncodeTiled, void*, int, unsigned, void*, const u64*, const u64*, const unsigned*, const unsigned*, int, int, int, int);
static void check(int code, const char* what) {
  if (code == 0) return;
  const char* name = nullptr;
  cuGetErrorName(code, &name);
  printf("%s: %s (%d)\n", what, name ? name : "?", code);
  exit(2);
}
#define CK(call) check(call, #call)
template <class T> void find(T& f, const char* name) {
  f = (T)dlsym(library, name);
  if (!f) { printf("no %s\n", name); exit(2); }
}
static void *stream, *module;
static int multiprocessors, capability;

static u64 place(size_t bytes, int fill = 0xFF) { u64 p; CK(cuMemAlloc_v2(&p, bytes)); CK(cuMemsetD8Async(p, fill, bytes, stream)); return p; }
template <class T> u64 upload(const vector<T>& v) { u64 p = place(v.size() * sizeof(T)); CK(cuMemcpyHtoDAsync_v2(p, v.data(), v.size() * sizeof(T), stream)); CK(cuStreamSynchronize(stream)); return p; }
template <class T> vector<T> download(u64 p, size_t n) { vector<T> v(n); CK(cuMemcpyDtoHAsync_v2(v.data(), p, n * sizeof(T), stream)); CK(cuStreamSynchronize(stream)); return v; }
static void* function(const string& name, int shared) {
  void* f;
  check(cuModuleGetFunction(&f, module, name.c_str()), name.c_str());
  if (shared) check(cuFuncSetAttribute(f, 8, shared), name.c_str());
  return f;
}

// ---- numbers
static uint64_t seed = 0x9E3779B97F4A7C15ull;
static uint32_t random32() { seed ^= seed << 13; seed ^= seed >> 7; seed ^= seed << 17; return (uint32_t)(seed >> 32); }
static float uniform() { return (float)((random32() >> 8) * (2.0 / 16777216.0) - 1.0); }
static uint16_t bf(float x) { uint32_t u; memcpy(&u, &x, 4); return (uint16_t)((u + 0x7FFF + ((u >> 16) & 1)) >> 16); }
static float fb(uint16_t b) { uint32_t u = (uint32_t)b << 16; float x; memcpy(&x, &u, 4); return x; }
static void put(vector<uint16_t>& w, size_t row, size_t k, int up, bool exact, float v) {
  uint16_t high = bf(v);
  w[row * (exact ? 2 * up : up) + k] = high;
  if (exact) w[row * 2 * up + up + k] = bf(v - fb(high));
}

struct Layer { vector<float> wmx, wmh, wx, wh, b; };   // [in][U], [U][U], [in][4U], [U][4U], [4U], folded
struct Model {
  int U, L, E = 10;
  vector<float> embed;
  vector<Layer> layers;
  Model(int u, int l) : U(u), L(l), embed(26 * 10) {
    for (auto& x : embed) x = uniform();
    for (int i = 0; i < L; i++) {
      Layer y;
      const int in = i ? U : E;
      auto fill = [&](vector<float>& w, int rows, int columns, float gain) { w.resize((size_t)rows * columns); const float s = gain * sqrtf(3.f / rows); for (auto& x : w) x = s * uniform(); };
      fill(y.wmx, in, U, 1.5f); fill(y.wmh, U, U, 1.5f); fill(y.wx, in, 4 * U, 1.5f); fill(y.wh, U, 4 * U, 1.5f); fill(y.b, 1, 4 * U, .3f);
      layers.push_back(y);
    }
  }
};
struct Reference { vector<double> average, h, c; vector<vector<double>> states; };
static Reference reference(const Model& M, const vector<uint8_t>& tokens, bool rounds) {
  const int U = M.U;
  auto q = [&](double v) { return rounds ? (double)fb(bf((float)v)) : v; };
  vector<vector<double>> h(M.L, vector<double>(U)), c = h;
  Reference r;
  r.average.resize(U);
  for (uint8_t t : tokens) {
    vector<double> x(M.E);
    for (int i = 0; i < M.E; i++) x[i] = M.embed[t * M.E + i];
    for (int l = 0; l < M.L; l++) {
      const Layer& y = M.layers[l];
      vector<double> a(U), m(U), z(4 * U);
      for (size_t k = 0; k < x.size(); k++) { double v = l ? q(x[k]) : x[k]; for (int j = 0; j < U; j++) a[j] += v * (l && rounds ? fb(bf(y.wmx[k * U + j])) : y.wmx[k * U + j]); }
      for (int k = 0; k < U; k++) { double v = q(h[l][k]); for (int j = 0; j < U; j++) m[j] += v * (rounds ? fb(bf(y.wmh[(size_t)k * U + j])) : y.wmh[(size_t)k * U + j]); }
      for (int j = 0; j < U; j++) m[j] = q(m[j] * a[j]);
      for (int j = 0; j < 4 * U; j++) z[j] = y.b[j];
      for (size_t k = 0; k < x.size(); k++) { double v = l ? q(x[k]) : x[k]; for (int j = 0; j < 4 * U; j++) z[j] += v * (l && rounds ? fb(bf(y.wx[k * 4 * U + j])) : y.wx[k * 4 * U + j]); }
      for (int k = 0; k < U; k++) for (int j = 0; j < 4 * U; j++) z[j] += m[k] * (rounds ? fb(bf(y.wh[(size_t)k * 4 * U + j])) : y.wh[(size_t)k * 4 * U + j]);
      for (int j = 0; j < U; j++) {
        c[l][j] = c[l][j] / (1 + exp(-z[U + j])) + tanh(z[3 * U + j]) / (1 + exp(-z[j]));
        h[l][j] = tanh(c[l][j]) / (1 + exp(-z[2 * U + j]));
      }
      x = h[l];
    }
    for (int j = 0; j < U; j++) r.average[j] += h[M.L - 1][j] / tokens.size();
    r.states.push_back(h[M.L - 1]);
  }
  r.h = h[M.L - 1];
  r.c = c[M.L - 1];
  return r;
}

// ---- the device
struct alignas(64) Map { u64 opaque[16]; };
struct Step { u64 xm, xz, words, y, raw, c, sum, out, states; int rows, units, exact, sources, rowwise, tokenless; };
static Map map_of(u64 p, int rows, int kx, int box) {
  Map m;
  u64 d[2] = {(u64)kx, (u64)rows}, s[1] = {(u64)kx * 2};
  unsigned b[2] = {64, (unsigned)box}, e[2] = {1, 1};
  CK(cuTensorMapEncodeTiled(&m, 9, 2, (void*)p, d, s, b, e, 0, 3, 3, 0));
  return m;
}
struct Device {
  const Model& M;
  int U, UP, KX, R, WM;
  bool exact;
  struct L { u64 wm, wz, wxm = 0, wxz = 0, xm = 0, xz, h, c; };
  vector<L> layers;
  u64 m, raw, sum, out, states, words, frag = 0, xz4 = 0;
  Device(const Model& model, bool ex, int rows, int steps) : M(model), U(model.U), UP((model.U + 63) / 64 * 64), KX(ex ? 2 * UP : UP), R((rows + 127) / 128 * 128), WM((UP + 255) / 256 * 256), exact(ex) {
    for (int l = 0; l < M.L; l++) {
      const Layer& y = M.layers[l];
      L d;
      auto mult = [&](const vector<float>& w, int in) { vector<uint16_t> p((size_t)WM * KX); for (int k = 0; k < in; k++) for (int n = 0; n < U; n++) put(p, n, k, UP, exact, w[(size_t)k * U + n]); return upload(p); };
      auto gate = [&](const vector<float>& w, int in) {
        vector<uint16_t> p((size_t)4 * UP * KX);
        for (int n = 0; n < 4 * UP; n++) { int u = n / 32 * 8 + n % 8, q = n % 32 / 8; if (u < U) for (int k = 0; k < in; k++) put(p, n, k, UP, exact, w[(size_t)k * 4 * U + q * U + u]); }
        return upload(p);
      };
      d.wm = mult(y.wmh, U);
      d.wz = gate(y.wh, U);
      const int tokens = l ? 1 : 26;
      vector<float> xz((size_t)tokens * UP * 4), xm((size_t)26 * UP), x4((size_t)26 * 4 * UP);
      for (int v = 0; v < tokens; v++) for (int u = 0; u < U; u++) for (int q = 0; q < 4; q++) {
        double s = y.b[q * U + u];
        if (!l) for (int i = 0; i < M.E; i++) s += (double)M.embed[v * M.E + i] * y.wx[(size_t)i * 4 * U + q * U + u];
        xz[(((size_t)v * (UP / 8) + u / 8) * 4 + u % 8 / 2) * 8 + q * 2 + u % 2] = (float)s;
        if (!l) x4[((size_t)v * 4 + q) * UP + u] = (float)s;
      }
      d.xz = upload(xz);
      if (l) { d.wxm = mult(y.wmx, U); d.wxz = gate(y.wx, U); }
      else {
        for (int v = 0; v < 26; v++) for (int u = 0; u < U; u++) { double s = 0; for (int i = 0; i < M.E; i++) s += (double)M.embed[v * M.E + i] * y.wmx[(size_t)i * U + u]; xm[(size_t)v * UP + u] = (float)s; }
        d.xm = upload(xm);
        xz4 = upload(x4);
      }
      d.h = place((size_t)R * KX * 2);
      d.c = place((size_t)R * UP * 4);
      layers.push_back(d);
    }
    m = place((size_t)R * KX * 2); raw = place((size_t)R * UP * 4); sum = place((size_t)R * UP * 4);
    out = place((size_t)R * 3 * UP * 4); states = place((size_t)steps * R * UP * 4);
  }
  void fragments(int KT) {
    const int blocks = (U + 15) / 16;
    vector<uint16_t> f((size_t)blocks * 8 * 5 * KT * 256);
    const Layer& y = M.layers[0];
    for (int b = 0; b < blocks; b++) for (int w = 0; w < 8; w++) for (int fr = 0; fr < 5 * KT; fr++) for (int l = 0; l < 32; l++) for (int r = 0; r < 4; r++) for (int e = 0; e < 2; e++) {
      int g = l / 4, j = l % 4, q = fr < KT ? -1 : (fr - KT) % 4, kt = w * KT + (fr < KT ? fr : (fr - KT) / 4), un = b * 16 + g + (r & 1) * 8, k = kt * 16 + 4 * j + (r >> 1) * 2 + e;
      float v = un < U && k < U ? (q < 0 ? y.wmh[(size_t)k * U + un] : y.wh[(size_t)k * 4 * U + q * U + un]) : 0.f;
      f[((((size_t)b * 8 + w) * 5 * KT + fr) * 32 + l) * 8 + r * 2 + e] = bf(v);
    }
    frag = upload(f);
  }
  void launch(const string& kind, const string& tile, u64 x0, u64 w0, u64 x1, u64 w1, int wrows, Step s) {
    int tm, tn = 128;
    if (sscanf(tile.c_str(), "wg_%dx%d", &tm, &tn) == 2) {
      const int stages = tn == 256 ? (tm == 64 ? 5 : 4) : tn == 128 ? 6 : 8, shared = stages * (tm * 128 + tn * 128) + 1024 + 256;
      const int columns = (kind == "m" ? 1 : 4) * UP, height = tn == 256 ? 128 : tm, pair = tn == 256 && tm == 64 ? 2 : 1, tiles = (s.rows + height - 1) / height * ((columns + tn - 1) / tn) * pair;
      Map a = map_of(x0, R, KX, tm), b = map_of(w0, wrows, KX, tn == 256 && tm == 64 ? 128 : tn), c = map_of(x1, R, KX, tm), d = map_of(w1, wrows, KX, tn == 256 && tm == 64 ? 128 : tn);
      void* p[] = {&a, &b, &c, &d, &s};
      CK(cuLaunchKernel(function("mlstm_" + kind + "_" + tile, shared), std::min(tiles, multiprocessors), 1, 1, tn == 256 ? 384 : (tm / 64 + 1) * 128, 1, 1, shared, stream, p, nullptr));
    } else {
      sscanf(tile.c_str(), "mma_%d", &tm);
      const int shared = 3 * (tm * 128 + 16384);
      void* p[] = {&x0, &w0, &x1, &w1, &s};
      CK(cuLaunchKernel(function("mlstm_" + kind + "_" + tile, shared), (s.rows + tm - 1) / tm, ((kind == "m" ? 1 : 4) * UP + 127) / 128, 1, 128, 1, 1, shared, stream, p, nullptr));
    }
  }
  void step(const string& tm, const string& tz, int n, u64 w, u64 st) {
    for (int l = 0; l < M.L; l++) {
      L& d = layers[l];
      const bool top = l == M.L - 1;
      Step s = {d.xm, d.xz, w, m, 0, d.c, top ? sum : 0, top ? out : 0, top ? st : 0, n, UP, exact, 1, 0, 0};
      if (l) {
        Step r = s;
        r.raw = raw;
        launch("m", tm, layers[l - 1].h, d.wxm, layers[l - 1].h, d.wxm, WM, r);
        s.xm = raw;
        s.rowwise = s.tokenless = 1;
      }
      launch("m", tm, d.h, d.wm, d.h, d.wm, WM, s);
      s.y = d.h;
      if (l) { s.sources = 2; launch("z", tz, layers[l - 1].h, d.wxz, m, d.wz, 4 * UP, s); }
      else launch("z", tz, m, d.wz, m, d.wz, 4 * UP, s);
    }
  }
};
static int failed;
static void compare(const string& what, const vector<Reference>& ref, const vector<float>& out, int U, int UP, double bound, const vector<size_t>& lens, bool exactSum) {
  double e[3] = {}, n[3] = {};
  for (size_t r = 0; r < ref.size(); r++) for (int u = 0; u < U; u++) {
    const double got[3] = {out[(r * 3) * UP + u] / (double)lens[r], out[(r * 3 + 1) * UP + u], out[(r * 3 + 2) * UP + u]}, want[3] = {ref[r].average[u], ref[r].h[u], ref[r].c[u]};
    for (int i = 0; i < 3; i++) { e[i] += (got[i] - want[i]) * (got[i] - want[i]); n[i] += want[i] * want[i]; }
  }
  bool ok = true;
  for (int i = 0; i < 3; i++) { e[i] = sqrt(e[i] / n[i]); ok &= e[i] < bound; }
  failed += !ok;
  printf("%-52s average %.1e final %.1e cell %.1e %s\n", what.c_str(), e[0], e[1], e[2], ok ? "ok" : "FAILED");
  fflush(stdout);
}
static void run(int U, int L, bool exact, const vector<string>& tiles, int rows, int longest, int KT) {
  Model M(U, L);
  Device D(M, exact, rows, longest + 3);
  vector<vector<uint8_t>> tokens(rows);
  vector<size_t> lens(rows);
  for (int r = 0; r < rows; r++) { lens[r] = 1 + (longest - 1) * (rows - r) / rows; for (size_t i = 0; i < lens[r]; i++) tokens[r].push_back(random32() % 26); }
  vector<Reference> plain(rows), rounded(rows);
  vector<std::thread> threads;
  for (int w = 0; w < 16; w++) threads.emplace_back([&, w] { for (int r = w; r < rows; r += 16) { plain[r] = reference(M, tokens[r], false); if (!exact) rounded[r] = reference(M, tokens[r], true); } });
  for (auto& t : threads) t.join();
  // Row r begins at step r % 3; the steps are ragged. Result slots are the rows, backward.
  vector<float> first;
  for (const string& tile : tiles) {
    for (int l = 0; l < L; l++) { CK(cuMemsetD8Async(D.layers[l].h, 0xFF, (size_t)D.R * D.KX * 2, stream)); CK(cuMemsetD8Async(D.layers[l].c, 0xFF, (size_t)D.R * D.UP * 4, stream)); }
    CK(cuMemsetD8Async(D.out, 0xFF, (size_t)D.R * 3 * D.UP * 4, stream));
    const int steps = longest + 2;
    vector<uint32_t> w((size_t)steps * rows);
    for (int r = 0; r < rows; r++) for (size_t i = 0; i < lens[r]; i++) w[(i + r % 3) * rows + r] = tokens[r][i] | (i == 0 ? 32 : 0) | (i + 1 == lens[r] ? 64 : 0) | (uint32_t)(rows - 1 - r) << 8;
    u64 words = upload(w);
    for (int t = 0; t < steps; t++) {
      int n = 0;
      for (int r = 0; r < rows; r++) if (t < (int)lens[r] + r % 3) n = r + 1;
      if (n > 0) D.step(tile, tile, n, words + (size_t)t * rows * 4, D.states + (size_t)t * D.R * D.UP * 4);
    }
    vector<float> got = download<float>(D.out, (size_t)rows * 3 * D.UP), o(got.size());
    for (int r = 0; r < rows; r++) memcpy(&o[(size_t)r * 3 * D.UP], &got[(size_t)(rows - 1 - r) * 3 * D.UP], 12 * D.UP);
    char name[100];
    snprintf(name, 100, "%d x %d %s %s, %d rows", U, L, exact ? "exact" : "bfloat16", tile.c_str(), rows);
    if (!exact) compare(string(name) + ", rounded alike", rounded, o, U, D.UP, 2e-3, lens, false);
    compare(name, plain, o, U, D.UP, exact ? 3e-5 : 3e-2, lens, false);
    vector<float> st = download<float>(D.states, (size_t)steps * D.R * D.UP);
    double e = 0, n = 0;
    for (int r = 0; r < rows; r += std::max(1, rows / 8)) for (size_t i = 0; i < lens[r]; i++) for (int u = 0; u < U; u++) { double want = (exact ? plain : rounded)[r].states[i][u], x = st[((i + r % 3) * D.R + r) * D.UP + u] - want; e += x * x; n += want * want; }
    if (!(sqrt(e / n) < (exact ? 3e-5 : 2e-3))) { failed++; printf("states of %s: %.1e FAILED\n", name, sqrt(e / n)); }
    if (first.empty()) first = o;
    else printf("  bits %s those of %s\n", memcmp(first.data(), o.data(), o.size() * 4) ? "DIFFER from" : "are", tiles[0].c_str());
    CK(cuMemFree_v2(words));
  }
  if (KT == 0 || exact || L > 1 || rows < 3) return;
  // The latency kernel: sequences from zero; then the second half of sequences from the state of the first half.
  D.fragments(KT);
  const int blocks = (U + 15) / 16, SF = KT == 15 ? 36 : 0, shared = 8 * SF * 512 + 8 * 160 * 4 * 5 + 26 * 80 * 4, buffer = 8 * KT * 256;
  if (blocks > multiprocessors) { printf("latency: %d blocks, %d multiprocessors\n", blocks, multiprocessors); return; }
  void* f = function("mlstm_latency_" + std::to_string(KT), shared);
  u64 exchange = place(4 * buffer), error = place(4, 0);
  for (int n : {1, 3, std::min(8, rows)}) for (int half = 0; half < 2; half++) {
    CK(cuMemsetD8Async(D.out, 0xFF, (size_t)D.R * 3 * D.UP * 4, stream));
    auto scan = [&](vector<vector<uint8_t>> part, vector<int> from, vector<int> to) {
      int steps = 0, units = D.UP, count = (int)part.size();
      vector<int> length(8), f8(8, -1), t8(8, 0);
      for (int i = 0; i < count; i++) { length[i] = (int)part[i].size(); steps = std::max(steps, length[i]); f8[i] = from[i]; t8[i] = to[i]; }
      vector<uint8_t> t((size_t)(steps + 1) * 8);
      for (int i = 0; i < count; i++) for (size_t k = 0; k < part[i].size(); k++) t[k * 8 + i] = part[i][k];
      u64 dt = upload(t), dl = upload(length), df = upload(f8), dto = upload(t8), none = 0;
      CK(cuMemsetD8Async(exchange, 0xFF, 4 * buffer, stream));
      if (blocks < 8 * KT) CK(cuMemsetD2D8Async(exchange + blocks * 256, buffer, 0, (8 * KT - blocks) * 256, 4, stream));
      void* p[] = {&D.frag, &D.layers[0].xm, &D.xz4, &dt, &dl, &df, &dto, &D.out, &none, &exchange, &count, &steps, &units, &error};
      CK(cuLaunchCooperativeKernel(f, blocks, 1, 1, 256, 1, 1, shared, stream, p));
      CK(cuStreamSynchronize(stream));
    };
    vector<vector<uint8_t>> a(n), b(n);
    vector<int> none(n, -1), odd(n), even(n);
    for (int i = 0; i < n; i++) { odd[i] = 2 * i + 1; even[i] = i; size_t cut = half ? lens[i] / 2 : 0; a[i].assign(tokens[i].begin(), tokens[i].begin() + cut); b[i].assign(tokens[i].begin() + cut, tokens[i].end()); }
    if (half && lens[n - 1] >= 2) { scan(a, none, odd); scan(b, odd, even); } else scan(b, none, even);
    char name[100];
    snprintf(name, 100, "%d x 1 latency%s, %d sequences", U, half ? " in two parts" : "", n);
    compare(name, vector<Reference>(rounded.begin(), rounded.begin() + n), download<float>(D.out, (size_t)n * 3 * D.UP), U, D.UP, 2e-3, lens, false);
  }
}
static bool tn_is_wide(const vector<string>& t) { return t.back() == "wg_64x256"; }
static void times(int U) {
  Model M(U, 1);
  void *a, *b;
  CK(cuEventCreate(&a, 0)); CK(cuEventCreate(&b, 0));
  vector<string> tiles = {"wg_64x64", "wg_128x64", "wg_128x128", "wg_128x256", "wg_64x256", "mma_64", "mma_128"};
  for (bool exact : {false, true}) {
    if (exact && getenv("ONLY_TIMES")) break;
    Device D(M, exact, 4096, 1);
    vector<uint32_t> w(4096);
    for (auto& x : w) x = random32() % 26;
    u64 words = upload(w);
    D.step("mma_128", "mma_128", 4096, words, 0);
    for (int n : {16, 64, 128, 256, 512, 1024, 1664, 2048, 4096}) {
      printf("%d units %s rows %4d us (m z):", U, exact ? "exact" : "bfloat16", n);
      for (const string& tile : tiles) {
        if (capability != 90 && tile[0] == 'w') continue;
        float ms[2];
        for (int kind = 0; kind < 2; kind++) {
          Step s = {D.layers[0].xm, D.layers[0].xz, words, kind ? D.layers[0].h : D.m, 0, D.layers[0].c, D.sum, D.out, 0, n, D.UP, exact, 1, 0, 0};
          auto go = [&] { if (kind) D.launch("z", tile, D.m, D.layers[0].wz, D.m, D.layers[0].wz, 4 * D.UP, s); else D.launch("m", tile, D.layers[0].h, D.layers[0].wm, D.layers[0].h, D.layers[0].wm, D.WM, s); };
          for (int i = 0; i < 3; i++) go();
          CK(cuEventRecord(a, stream));
          for (int i = 0; i < 20; i++) go();
          CK(cuEventRecord(b, stream)); CK(cuEventSynchronize(b)); CK(cuEventElapsedTime(&ms[kind], a, b));
        }
        printf("  %s %.1f %.1f", tile.c_str(), ms[0] * 50, ms[1] * 50);
      }
      printf("\n"); fflush(stdout);
    }
  }
}
// Whole steps, as fast as the host launches them, and the latency kernel.
static void scans(int U, int KT) {
  Model M(U, 1);
  Device D(M, false, 4096, 1);
  D.fragments(KT);
  void *a, *b;
  CK(cuEventCreate(&a, 0)); CK(cuEventCreate(&b, 0));
  float ms;
  vector<uint32_t> w(4096);
  for (auto& x : w) x = random32() % 26;
  u64 words = upload(w);
  const string wide = U > 1024 ? "wg_128x256" : "wg_64x256";
  const string tiles[][3] = {{"64", "wg_64x64", "wg_64x64"}, {"128", "wg_64x64", "wg_128x64"}, {"1024", "wg_128x128", wide}, {"1664", wide, wide}, {"2048", "wg_128x128", wide}, {"3072", wide, wide}, {"4096", wide, wide}};
  for (auto& t : tiles) {
    if (capability != 90) break;
    const int n = atoi(t[0].c_str()), T = 200;
    for (int round = 0; round < 2; round++) { CK(cuEventRecord(a, stream)); for (int i = 0; i < T; i++) D.step(t[1], t[2], n, words, 0); CK(cuEventRecord(b, stream)); CK(cuEventSynchronize(b)); }
    CK(cuEventElapsedTime(&ms, a, b));
    printf("%d units, %d rows, whole steps: %.1f us, %.0f residues/s\n", U, n, ms * 1000 / T, n * T / ms * 1000);
  }
  const int blocks = (U + 15) / 16, SF = KT == 15 ? 36 : 0, shared = 8 * SF * 512 + 8 * 160 * 4 * 5 + 26 * 80 * 4, buffer = 8 * KT * 256;
  void* f = function("mlstm_latency_" + std::to_string(KT), shared);
  u64 exchange = place(4 * buffer), error = place(4, 0), none = 0;
  for (int n : {1, 8}) for (int steps : {64, 1024}) {
    int units = D.UP;
    vector<uint8_t> t((size_t)(steps + 1) * 8);
    for (auto& x : t) x = random32() % 26;
    u64 dt = upload(t), dl = upload(vector<int>(8, steps)), df = upload(vector<int>(8, -1)), dto = upload(vector<int>{0, 1, 2, 3, 4, 5, 6, 7});
    void* p[] = {&D.frag, &D.layers[0].xm, &D.xz4, &dt, &dl, &df, &dto, &D.out, &none, &exchange, &n, &steps, &units, &error};
    for (int round = 0; round < 3; round++) {
      CK(cuEventRecord(a, stream));
      CK(cuMemsetD8Async(exchange, 0xFF, 4 * buffer, stream));
      if (blocks < 8 * KT) CK(cuMemsetD2D8Async(exchange + blocks * 256, buffer, 0, (8 * KT - blocks) * 256, 4, stream));
      CK(cuLaunchCooperativeKernel(f, blocks, 1, 1, 256, 1, 1, shared, stream, p));
      CK(cuEventRecord(b, stream)); CK(cuEventSynchronize(b));
    }
    CK(cuEventElapsedTime(&ms, a, b));
    printf("%d units, latency, %d sequences, %d steps: %.1f us, %.3f us a step\n", U, n, steps, ms * 1000, ms * 1000 / steps);
  }
}
int main(int argc, char** argv) {
  if (argc < 2) { printf("usage: check DRIVER [FATBIN [time]]\n"); return 2; }
  library = dlopen(argv[1], RTLD_NOW);
  if (!library) { printf("%s\n", dlerror()); return 2; }
#define G(name) find(name, #name)
  G(cuInit); G(cuDeviceGetAttribute); G(cuDeviceGetName); G(cuDevicePrimaryCtxRetain); G(cuCtxSetCurrent); G(cuModuleLoadData); G(cuModuleGetFunction); G(cuFuncSetAttribute); G(cuFuncGetAttribute);
  G(cuMemAlloc_v2); G(cuMemFree_v2); G(cuMemcpyHtoDAsync_v2); G(cuMemcpyDtoHAsync_v2); G(cuMemsetD8Async); G(cuMemsetD2D8Async); G(cuStreamCreate); G(cuStreamSynchronize);
  G(cuEventCreate); G(cuEventRecord); G(cuEventSynchronize); G(cuEventElapsedTime); G(cuLaunchKernel); G(cuLaunchCooperativeKernel); G(cuGetErrorName); G(cuTensorMapEncodeTiled);
  CK(cuInit(0));
  void* context;
  CK(cuDevicePrimaryCtxRetain(&context, 0)); CK(cuCtxSetCurrent(context)); CK(cuStreamCreate(&stream, 1));
  char name[100];
  int major, minor;
  CK(cuDeviceGetName(name, 100, 0)); CK(cuDeviceGetAttribute(&multiprocessors, 16, 0)); CK(cuDeviceGetAttribute(&major, 75, 0)); CK(cuDeviceGetAttribute(&minor, 76, 0));
  capability = major * 10 + minor;
  vector<char> image(1, 0);
  if (argc > 2) { FILE* f = fopen(argv[2], "rb"); if (!f) { printf("no %s\n", argv[2]); return 2; } fseek(f, 0, SEEK_END); image.resize(ftell(f)); rewind(f); if (fread(image.data(), 1, image.size(), f) != image.size()) return 2; fclose(f); }
  CK(cuModuleLoadData(&module, image.data()));
  printf("%s, compute capability %d, %d multiprocessors\n", name, capability, multiprocessors);
  const bool emulated = argc == 2;
  if (!getenv("ONLY_TIMES")) {
  vector<string> mma = {"mma_128", "mma_64"}, wg = {"wg_64x64", "wg_128x64", "wg_128x128", "wg_128x256", "wg_64x256"};
  if (capability != 90) wg.clear();
  for (int exact = 0; exact < 2; exact++) {
    if (emulated) { for (auto& t : {mma, wg}) if (!t.empty()) { run(70, 1, exact, t, 5, 6, 2); run(40, 3, exact, t, 4, 5, 0); run(64, 2, exact, t, 130, 2, 0); if (tn_is_wide(t)) run(64, 1, exact, {"wg_64x64", "wg_128x256", "wg_64x256"}, 300, 2, 0); } }
    else for (auto& t : {mma, wg}) if (!t.empty()) { run(1900, 1, exact, t, 150, 8, 15); run(672, 1, exact, t, 300, 12, 6); run(256, 4, exact, t, 150, 20, 0); run(100, 2, exact, t, 70, 30, 2); run(120, 1, exact, t, 70, 30, 2); }
  }
  }
  if (argc > 3) { times(1900); scans(1900, 15); if (!getenv("ONLY_1900")) { times(672); scans(672, 6); } }
  printf(failed ? "%d checks failed\n" : "no check failed\n", failed);
  return failed ? 1 : 0;
}
