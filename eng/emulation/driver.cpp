// An emulated NVIDIA driver: the functions of libcuda that the CUDA engine calls, over the kernels compiled for a CPU.
// Work on a stream is put off until somebody waits for it, so that a result read too early, or memory used again too early, shows.
//
// EMULATED_COMPUTE_CAPABILITY (90), EMULATED_MULTIPROCESSORS (16), EMULATED_MEMORY in bytes (1 GiB), EMULATED_DEVICES (1).
#define MLSTM_EMULATED
#include "../../src/UniRep.Cuda/kernels/mlstm.cu"
#include "../../src/UniRep.Cuda/kernels/training/training.cu"
#include "../../src/UniRep.Cuda/kernels/peak/peak.cu"
//
#include <chrono>
#include <deque>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>

#include "fibers.h"

enum { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, NO_DEVICE = 100, INVALID_DEVICE = 101, INVALID_CONTEXT = 201, NOT_FOUND = 500, NOT_READY = 600 };
#define EXPORT extern "C" __attribute__((visibility("default"))) int

static std::recursive_mutex gate;
#define LOCK std::lock_guard<std::recursive_mutex> lock(gate)
static bool initialised;
static thread_local void* context;
static long number(const char* name, long otherwise) {
  const char* text = getenv(name);
  return text ? atol(text) : otherwise;
}

// ---- kernels
typedef std::function<void()> Work;
template <class... A, size_t... I> Work bind_each(void (*f)(A...), void** p, std::index_sequence<I...>) {
  auto arguments = std::make_shared<std::tuple<typename std::decay<A>::type...>>(*(typename std::decay<A>::type*)p[I]...);
  return [f, arguments] { std::apply(f, *arguments); };
}
template <class... A> Work bind(void (*f)(A...), void** p) { return bind_each(f, p, std::index_sequence_for<A...>{}); }
struct Function { std::string name; std::function<Work(void**)> bound; bool is_pair = false; int shared_limit = 48 << 10; };
#define KERNEL(name) Function{#name, [](void** p) { return bind(name, p); }}
#define PAIR_KERNEL(name) Function{#name, [](void** p) { return bind(name, p); }, true}
static Function functions[] = {
    KERNEL(mlstm_m_mma_64), KERNEL(mlstm_m_mma_128), KERNEL(mlstm_z_mma_64), KERNEL(mlstm_z_mma_128), KERNEL(mlstm_m_wg_64x64), KERNEL(mlstm_m_wg_128x64),
    KERNEL(mlstm_m_wg_128x128), PAIR_KERNEL(mlstm_m_wg_64x256), KERNEL(mlstm_m_wg_128x256), KERNEL(mlstm_z_wg_64x64), KERNEL(mlstm_z_wg_128x64), KERNEL(mlstm_z_wg_128x128),
    PAIR_KERNEL(mlstm_z_wg_64x256), KERNEL(mlstm_z_wg_128x256), KERNEL(mlstm_latency_2), KERNEL(mlstm_latency_6), KERNEL(mlstm_latency_15), KERNEL(mlstm_copy_rows), KERNEL(mlstm_rows_to_slots),
    KERNEL(mlstm_head), KERNEL(train_nn_64), KERNEL(train_nn_128), KERNEL(train_nt_64), KERNEL(train_nt_128), KERNEL(train_tn_64), KERNEL(train_tn_128), KERNEL(train_exact_nn_64),
    KERNEL(train_exact_nn_128), KERNEL(train_exact_nt_64), KERNEL(train_exact_nt_128), KERNEL(train_exact_tn_64), KERNEL(train_exact_tn_128), KERNEL(train_m), KERNEL(train_gates),
    KERNEL(train_loss), KERNEL(train_one_hot), KERNEL(train_gate_gradients), KERNEL(train_m_gradients), KERNEL(train_sum), KERNEL(train_fold), KERNEL(train_unfold),
    KERNEL(train_column_sums), KERNEL(train_pad), KERNEL(train_squares), KERNEL(train_adam), KERNEL(peak_wgmma), KERNEL(peak_mma)};

// ---- memory
static std::map<uintptr_t, size_t> allocations;
static size_t allocated;
static bool owns(u64 address, size_t bytes) {
  auto at = allocations.upper_bound(address);
  if (at == allocations.begin()) return false;
  --at;
  return address + bytes <= at->first + at->second;
}

// ---- streams
struct Event;
struct Stream { std::deque<Work> work; size_t done = 0; };
struct Event { Stream* stream = nullptr; size_t position = 0; std::shared_ptr<double> reached; };
static double milliseconds_now() { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
static std::vector<Stream*> streams;
static void run_until(Stream* s, size_t position) {
  while (s->done < position && !s->work.empty()) {
    Work w = s->work.front();
    s->work.pop_front();
    w();
    s->done++;
  }
}
static void run_all(Stream* s) { run_until(s, s->done + s->work.size()); }
static void add(void* stream, Work w) { ((Stream*)stream)->work.push_back(std::move(w)); }

EXPORT cuInit(unsigned) {
  LOCK;
  initialised = true;
  return number("EMULATED_DEVICES", 1) > 0 ? SUCCESS : NO_DEVICE;
}
EXPORT cuDriverGetVersion(int* version) { *version = 13000; return SUCCESS; }
EXPORT cuGetErrorName(int code, const char** text) {
  static const std::map<int, const char*> names = {{SUCCESS, "CUDA_SUCCESS"}, {INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE"}, {OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY"},
      {NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED"}, {NO_DEVICE, "CUDA_ERROR_NO_DEVICE"}, {INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE"},
      {INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT"}, {NOT_FOUND, "CUDA_ERROR_NOT_FOUND"}, {NOT_READY, "CUDA_ERROR_NOT_READY"}};
  auto at = names.find(code);
  *text = at == names.end() ? nullptr : at->second;
  return at == names.end() ? INVALID_VALUE : SUCCESS;
}
EXPORT cuGetErrorString(int code, const char** text) { *text = code == OUT_OF_MEMORY ? "out of memory" : "emulated error"; return SUCCESS; }
EXPORT cuDeviceGetCount(int* count) { *count = (int)number("EMULATED_DEVICES", 1); return initialised ? SUCCESS : NOT_INITIALIZED; }
EXPORT cuDeviceGet(int* device, int ordinal) {
  if (!initialised) return NOT_INITIALIZED;
  *device = ordinal;
  return ordinal < number("EMULATED_DEVICES", 1) ? SUCCESS : INVALID_DEVICE;
}
EXPORT cuDeviceGetName(char* name, int length, int) { snprintf(name, length, "Emulated GPU"); return SUCCESS; }
EXPORT cuDeviceGetAttribute(int* value, int attribute, int) {
  const long capability = number("EMULATED_COMPUTE_CAPABILITY", 90);
  switch (attribute) {
    case 75: *value = (int)capability / 10; break;
    case 76: *value = (int)capability % 10; break;
    case 16: *value = (int)number("EMULATED_MULTIPROCESSORS", 16); break;
    case 97: *value = capability >= 90 ? 232448 : 166912; break;
    case 95: *value = 1; break;
    case 38: *value = 50 << 20; break;
    case 13: *value = 1000000; break;
    default: *value = 0;
  }
  return SUCCESS;
}
static size_t memory() { return (size_t)number("EMULATED_MEMORY", 1L << 30); }
EXPORT cuDeviceTotalMem_v2(size_t* bytes, int) { *bytes = memory(); return SUCCESS; }
EXPORT cuDevicePrimaryCtxRetain(void** made, int device) { *made = (void*)(uintptr_t)(device + 1); return SUCCESS; }
EXPORT cuDevicePrimaryCtxRelease_v2(int) { return SUCCESS; }
EXPORT cuCtxSetCurrent(void* made) { context = made; return SUCCESS; }
EXPORT cuCtxGetCurrent(void** made) { *made = context; return SUCCESS; }
#define NEED_CONTEXT if (!context) return INVALID_CONTEXT
EXPORT cuMemGetInfo_v2(size_t* free, size_t* total) { NEED_CONTEXT; LOCK; *free = memory() - allocated; *total = memory(); return SUCCESS; }
EXPORT cuModuleLoadData(void** module, const void* image) { NEED_CONTEXT; *module = (void*)functions; return image ? SUCCESS : INVALID_VALUE; }
EXPORT cuModuleUnload(void*) { return SUCCESS; }
EXPORT cuModuleGetFunction(void** function, void*, const char* name) {
  for (Function& f : functions)
    if (f.name == name) { *function = &f; return SUCCESS; }
  return NOT_FOUND;
}
EXPORT cuFuncSetAttribute(void* function, int attribute, int value) { if (attribute == 8) ((Function*)function)->shared_limit = value; return SUCCESS; }
EXPORT cuFuncGetAttribute(int* value, int, void*) { *value = 0; return SUCCESS; }
EXPORT cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, void*, int, size_t) { *blocks = 1; return SUCCESS; }
EXPORT cuMemAlloc_v2(u64* address, size_t bytes) {
  NEED_CONTEXT;
  LOCK;
  if (bytes == 0) return INVALID_VALUE;
  if (allocated + bytes > memory()) return OUT_OF_MEMORY;
  void* p = aligned_alloc(1024, (bytes + 1023) / 1024 * 1024);
  memset(p, 0xFF, bytes);
  allocations[(uintptr_t)p] = bytes;
  allocated += bytes;
  *address = (u64)(uintptr_t)p;
  return SUCCESS;
}
EXPORT cuMemFree_v2(u64 address) {
  NEED_CONTEXT;
  LOCK;
  auto at = allocations.find(address);
  if (at == allocations.end()) return INVALID_VALUE;
  for (Stream* s : streams) run_all(s);
  allocated -= at->second;
  free((void*)(uintptr_t)address);
  allocations.erase(at);
  return SUCCESS;
}
EXPORT cuMemHostAlloc(void** p, size_t bytes, unsigned) { NEED_CONTEXT; *p = aligned_alloc(64, (bytes + 63) / 64 * 64); memset(*p, 0xFF, bytes); return SUCCESS; }
EXPORT cuMemFreeHost(void* p) { LOCK; for (Stream* s : streams) run_all(s); free(p); return SUCCESS; }
EXPORT cuMemcpyHtoDAsync_v2(u64 to, const void* from, size_t bytes, void* stream) {
  NEED_CONTEXT;
  LOCK;
  if (!owns(to, bytes)) return INVALID_VALUE;
  add(stream, [=] { memcpy((void*)(uintptr_t)to, from, bytes); });
  return SUCCESS;
}
EXPORT cuMemcpyDtoHAsync_v2(void* to, u64 from, size_t bytes, void* stream) {
  NEED_CONTEXT;
  LOCK;
  if (!owns(from, bytes)) return INVALID_VALUE;
  add(stream, [=] { memcpy(to, (const void*)(uintptr_t)from, bytes); });
  return SUCCESS;
}
EXPORT cuMemsetD8Async(u64 to, unsigned char value, size_t bytes, void* stream) {
  NEED_CONTEXT;
  LOCK;
  if (!owns(to, bytes)) return INVALID_VALUE;
  add(stream, [=] { memset((void*)(uintptr_t)to, value, bytes); });
  return SUCCESS;
}
EXPORT cuMemsetD2D8Async(u64 to, size_t pitch, unsigned char value, size_t width, size_t height, void* stream) {
  NEED_CONTEXT;
  LOCK;
  if (height > 0 && !owns(to, pitch * (height - 1) + width)) return INVALID_VALUE;
  add(stream, [=] { for (size_t i = 0; i < height; i++) memset((char*)(uintptr_t)to + i * pitch, value, width); });
  return SUCCESS;
}
EXPORT cuStreamCreate(void** stream, unsigned) { NEED_CONTEXT; LOCK; Stream* s = new Stream; streams.push_back(s); *stream = s; return SUCCESS; }
EXPORT cuStreamDestroy_v2(void* stream) {
  LOCK;
  Stream* s = (Stream*)stream;
  run_all(s);
  for (size_t i = 0; i < streams.size(); i++) if (streams[i] == s) streams.erase(streams.begin() + i);
  return SUCCESS;   // not freed: an event may still name it
}
EXPORT cuStreamSynchronize(void* stream) { LOCK; run_all((Stream*)stream); return SUCCESS; }
EXPORT cuStreamWaitEvent(void* stream, void* event, unsigned) {
  LOCK;
  const Event e = *(Event*)event;
  if (e.stream && e.stream != stream) add(stream, [e] { run_until(e.stream, e.position); });
  return SUCCESS;
}
EXPORT cuEventCreate(void** event, unsigned) { NEED_CONTEXT; *event = new Event; return SUCCESS; }
EXPORT cuEventDestroy_v2(void* event) { delete (Event*)event; return SUCCESS; }
EXPORT cuEventRecord(void* event, void* stream) {
  LOCK;
  Stream* s = (Stream*)stream;
  auto reached = std::make_shared<double>(0);
  add(stream, [reached] { *reached = milliseconds_now(); });
  *(Event*)event = Event{s, s->done + s->work.size(), reached};
  return SUCCESS;
}
EXPORT cuEventQuery(void* event) {
  LOCK;
  Event* e = (Event*)event;
  return !e->stream || e->stream->done >= e->position ? SUCCESS : NOT_READY;
}
EXPORT cuEventSynchronize(void* event) { LOCK; Event* e = (Event*)event; if (e->stream) run_until(e->stream, e->position); return SUCCESS; }
EXPORT cuEventElapsedTime(float* milliseconds, void* start, void* end) {
  LOCK;
  const Event a = *(Event*)start, b = *(Event*)end;
  if (!a.reached || !b.reached) return INVALID_VALUE;
  if (a.stream->done < a.position || b.stream->done < b.position) return NOT_READY;
  *milliseconds = (float)(*b.reached - *a.reached);
  return SUCCESS;
}
static int launch(Function* f, unsigned x, unsigned y, unsigned threads, unsigned shared, void* stream, void** p, bool cooperative) {
  if (x == 0 || y == 0 || threads == 0 || threads > 1024 || (int)shared > f->shared_limit) return INVALID_VALUE;
  if (cooperative && (long)x * y > number("EMULATED_MULTIPROCESSORS", 16)) return INVALID_VALUE;
  if (f->is_pair && x % 2 != 0) return INVALID_VALUE;
  const int together = cooperative ? (int)(x * y) : f->is_pair ? 2 : 1;
  add(stream, [=, body = f->bound(p)] { run_grid((int)x, (int)y, (int)threads, shared, together, body); });
  return SUCCESS;
}
EXPORT cuLaunchKernel(void* f, unsigned x, unsigned y, unsigned, unsigned threads, unsigned, unsigned, unsigned shared, void* stream, void** p, void**) {
  NEED_CONTEXT;
  LOCK;
  return launch((Function*)f, x, y, threads, shared, stream, p, false);
}
EXPORT cuLaunchCooperativeKernel(void* f, unsigned x, unsigned y, unsigned, unsigned threads, unsigned, unsigned, unsigned shared, void* stream, void** p) {
  NEED_CONTEXT;
  LOCK;
  return launch((Function*)f, x, y, threads, shared, stream, p, true);
}
EXPORT cuTensorMapEncodeTiled(TensorMap* map, int type, unsigned rank, void* address, const u64* sizes, const u64* strides, const unsigned* box, const unsigned* steps,
                              int interleave, int swizzle, int promotion, int fill) {
  if (type != 9 || rank != 2 || (uintptr_t)map % 64 || (uintptr_t)address % 16 || strides[0] % 16 || box[0] != 64 || box[1] > 256 || steps[0] != 1 || steps[1] != 1 ||
      interleave != 0 || swizzle != 3 || promotion != 3 || fill != 0)
    return INVALID_VALUE;
  *map = TensorMap{(u64)(uintptr_t)address, sizes[0], sizes[1], strides[0], box[0], box[1], {}};
  return SUCCESS;
}
