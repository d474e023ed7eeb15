// A program that drives the kernels alone, on a card or emulated: the driver, a random model packed as docs/cuda.md says, its
// reference in float64, and the launches of a step. check.cpp and time.cpp use it.
#pragma once
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

// Loads the driver and the kernels: DRIVER [FATBIN ...].
static void start(int argc, char** argv) {
  library = dlopen(argv[1], RTLD_NOW);
  if (!library) { printf("%s\n", dlerror()); exit(2); }
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
  if (argc > 2) { FILE* f = fopen(argv[2], "rb"); if (!f) { printf("no %s\n", argv[2]); exit(2); } fseek(f, 0, SEEK_END); image.resize(ftell(f)); rewind(f); if (fread(image.data(), 1, image.size(), f) != image.size()) exit(2); fclose(f); }
  CK(cuModuleLoadData(&module, image.data()));
  printf("%s, compute capability %d, %d multiprocessors\n", name, capability, multiprocessors);
}
