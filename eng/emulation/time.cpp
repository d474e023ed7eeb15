// Times the kernels alone on a card: each tile by rows, whole steps, and the kernel for few sequences.
// Build: g++ -O2 -std=c++17 -pthread eng/emulation/time.cpp -o time -ldl
// Run: time libcuda.so.1 src/UniRep.Cuda/mlstm.fatbin
#include "harness.h"

static void times(int U) {
  Model M(U, 1);
  void *a, *b;
  CK(cuEventCreate(&a, 0)); CK(cuEventCreate(&b, 0));
  vector<string> tiles = {"wg_64x64", "wg_128x64", "wg_128x128", "wg_128x256", "wg_64x256", "mma_64", "mma_128"};
  for (bool exact : {false, true}) {
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
  if (argc < 3) { printf("usage: time DRIVER FATBIN\n"); return 2; }
  start(argc, argv);
  times(1900);
  scans(1900, 15);
  times(672);
  scans(672, 6);
}
