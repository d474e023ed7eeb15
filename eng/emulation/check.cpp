// Checks the kernels alone, on a card or emulated, against float64.
// Build: g++ -O2 -std=c++17 -pthread eng/emulation/check.cpp -o check -ldl
// Run: check libcuda-emulated.so | check libcuda.so.1 src/UniRep.Cuda/mlstm.fatbin
#include "harness.h"

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
int main(int argc, char** argv) {
  if (argc < 2) { printf("usage: check DRIVER [FATBIN]\n"); return 2; }
  start(argc, argv);
  const bool emulated = argc == 2;
  vector<vector<string>> families = {{"mma_128", "mma_64"}};
  if (capability == 90) families.push_back({"wg_64x64", "wg_128x64", "wg_128x128", "wg_128x256", "wg_64x256"});
  for (int exact = 0; exact < 2; exact++)
    for (const auto& tiles : families) {
      if (emulated) {
        run(70, 1, exact, tiles, 5, 6, 2);
        run(40, 3, exact, tiles, 4, 5, 0);
        run(64, 2, exact, tiles, 130, 2, 0);
        if (tiles.size() > 2) run(64, 1, exact, {"wg_64x64", "wg_128x256", "wg_64x256"}, 300, 2, 0);
      } else {
        run(1900, 1, exact, tiles, 150, 8, 15);
        run(672, 1, exact, tiles, 300, 12, 6);
        run(256, 4, exact, tiles, 150, 20, 0);
        run(100, 2, exact, tiles, 70, 30, 2);
        run(120, 1, exact, tiles, 70, 30, 2);
      }
    }
  printf(failed ? "%d checks failed\n" : "no check failed\n", failed);
  return failed ? 1 : 0;
}
