// A driver without a device for the tests: it keeps count of what is made and freed, runs copies at once on memory of the host,
// and complains about calls that a real driver would not forgive. Each copy of the library has a state of its own.
// Compiled with -DOLD it lacks the functions that old drivers lack; with -DBROKEN it lacks one that all have;
// with -DNAMED its devices are called H100, as real ones are, and it has the kernels that measure a peak, which do nothing.
#ifdef NAMED
#define DEVICE "NVIDIA H100 80GB HBM3 (fake %d)"
#define PEAK "peak"
#else
#define PEAK "mlstm"
#define DEVICE "Fake %d"
#endif
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BEFORE_INIT, AFTER_INIT, IN_CONTEXT };
enum { INVALID_VALUE = 1, NOT_INITIALIZED = 3, INVALID_CONTEXT = 201, INVALID_HANDLE = 400, NOT_FOUND = 500 };
typedef struct { char kind; uint8_t* address; size_t size; } Item;
typedef struct { void* module; int shared; char name[64]; } Function;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char logText[1 << 16], complaints[1 << 14], failing[64];
static int initialised, failCode, sticky, retained[2], ticks;
static int deviceCount = 1, major = 9, minor = 0, version = 12040, freeMegabytes = 700;
static Item items[256];
static Function functions[64];
static int functionCount;
static char contexts[2];
static __thread char* current;

static void append(char* text, size_t size, const char* format, ...) {
  size_t used = strlen(text);
  va_list list;
  va_start(list, format);
  vsnprintf(text + used, size - used, format, list);
  va_end(list);
}
#define NOTE(...) append(logText, sizeof logText, __VA_ARGS__)
#define COMPLAIN(...) append(complaints, sizeof complaints, __VA_ARGS__)

static int enter(const char* name, int need) {
  pthread_mutex_lock(&mutex);
  NOTE("\n%s", name);
  if (need >= AFTER_INIT && !initialised) { COMPLAIN("%s before cuInit\n", name); return NOT_INITIALIZED; }
  if (need == IN_CONTEXT && sticky) return sticky;
  if (need == IN_CONTEXT && (!current || !retained[current - contexts])) return INVALID_CONTEXT;
  return strcmp(name, failing) == 0 ? failCode : 0;
}
static void leave(int* code) { (void)code; pthread_mutex_unlock(&mutex); }
#define ENTER(need)                                                              \
  int code __attribute__((cleanup(leave))) = enter(__func__, need);              \
  if (code) return code

static Item* find(char kind, const void* address, size_t size) {
  const uint8_t* a = address;
  for (Item* i = items; i < items + 256; i++)
    if (i->kind == kind && a >= i->address && size <= i->size && (size_t)(a - i->address) <= i->size - size) return i;
  return NULL;
}
static int make(char kind, void* result, size_t size) {
  for (Item* i = items; i < items + 256; i++)
    if (!i->kind) {
      i->kind = kind;
      i->size = size;
      if (posix_memalign((void**)&i->address, 256, size)) return 2;
      memset(i->address, 0xCD, size);
      memcpy(result, &i->address, 8);
      return 0;
    }
  return 2;
}
static int drop(const char* name, char kind, void* address) {
  Item* i = find(kind, address, 0);
  if (!i || i->address != address) { COMPLAIN("%s of what is not there\n", name); return INVALID_HANDLE; }
  i->kind = 0;
  free(i->address);
  return 0;
}
static int check(const char* name, char kind, void* address) {
  if (find(kind, address, 1)) return 0;
  COMPLAIN("%s with a handle that is not there\n", name);
  return INVALID_HANDLE;
}
static int inside(const char* name, uint64_t address, size_t size) {
  if (find('d', (void*)address, size)) return 0;
  COMPLAIN("%s outside of memory\n", name);
  return INVALID_VALUE;
}
#define NEED(call) do { int e = (call); if (e) return e; } while (0)

// For the tests.
void fake_fail(const char* name, int code) { snprintf(failing, sizeof failing, "%s", name); failCode = code; }
void fake_sticky(int code) { sticky = code; }
void fake_set(const char* name, int value) {
  if (!strcmp(name, "devices")) deviceCount = value;
  if (!strcmp(name, "major")) major = value;
  if (!strcmp(name, "minor")) minor = value;
  if (!strcmp(name, "version")) version = value;
}
const char* fake_log(void) { return logText; }
const char* fake_complaints(void) { return complaints; }
int fake_live(void) { int n = 0; for (int i = 0; i < 256; i++) n += items[i].kind != 0; return n; }
int fake_contexts(void) { return retained[0] + retained[1]; }

// Devices and contexts.
int cuInit(unsigned flags) { ENTER(BEFORE_INIT); if (flags) return INVALID_VALUE; initialised = 1; return 0; }
int cuDriverGetVersion(int* v) { ENTER(BEFORE_INIT); *v = version; return 0; }
static const struct { int code; const char* name; const char* text; } errors[] = {
    {1, "CUDA_ERROR_INVALID_VALUE", "invalid argument"}, {2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {46, "CUDA_ERROR_DEVICE_UNAVAILABLE", "CUDA-capable device(s) is/are busy or unavailable"},
    {100, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {201, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"}, {500, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {719, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"}};
static int text(int code, const char** result, int isName) {
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
    if (errors[i].code == code) { *result = isName ? errors[i].name : errors[i].text; return 0; }
  *result = NULL;
  return INVALID_VALUE;
}
int cuGetErrorName(int error, const char** result) { ENTER(BEFORE_INIT); return text(error, result, 1); }
int cuGetErrorString(int error, const char** result) { ENTER(BEFORE_INIT); return text(error, result, 0); }
int cuDeviceGetCount(int* count) { ENTER(AFTER_INIT); *count = deviceCount; return 0; }
int cuDeviceGet(int* device, int index) { ENTER(AFTER_INIT); if (index < 0 || index >= deviceCount) return 101; *device = index; return 0; }
int cuDeviceGetName(char* name, int size, int device) { ENTER(AFTER_INIT); snprintf(name, size, DEVICE, device); return 0; }
int cuDeviceTotalMem_v2(size_t* bytes, int device) { ENTER(AFTER_INIT); *bytes = (size_t)80 << 30; (void)device; return 0; }
int cuDeviceGetAttribute(int* value, int attribute, int device) {
  ENTER(AFTER_INIT);
  switch (attribute) {
    case 13: *value = 1980000; return 0;
    case 16: *value = 132; return 0;
    case 38: *value = 50 << 20; return 0;
    case 75: *value = device == 1 ? 7 : major; return 0;   // The second device is older.
    case 76: *value = device == 1 ? 5 : minor; return 0;
    case 95: *value = 1; return 0;
    case 97: *value = 232448; return 0;
  }
  COMPLAIN("attribute %d of a device\n", attribute);
  return INVALID_VALUE;
}
int cuDevicePrimaryCtxRetain(void** context, int device) { ENTER(AFTER_INIT); retained[device]++; *context = contexts + device; return 0; }
int cuDevicePrimaryCtxRelease_v2(int device) {
  ENTER(AFTER_INIT);
  if (--retained[device] < 0) COMPLAIN("context released twice\n");
  if (retained[device] == 0 && fake_live() && !sticky) COMPLAIN("context released before %d handles\n", fake_live());
  return 0;
}
int cuCtxSetCurrent(void* context) { ENTER(AFTER_INIT); current = context; return 0; }
int cuCtxGetCurrent(void** context) { ENTER(AFTER_INIT); *context = current; return 0; }
int cuMemGetInfo_v2(size_t* unused, size_t* total) { ENTER(IN_CONTEXT); *unused = (size_t)freeMegabytes << 20; *total = (size_t)80 << 30; return 0; }

// Memory.
int cuMemAlloc_v2(uint64_t* address, size_t size) { ENTER(IN_CONTEXT); return make('d', address, size); }
int cuMemFree_v2(uint64_t address) { ENTER(IN_CONTEXT); return drop(__func__, 'd', (void*)address); }
int cuMemHostAlloc(void** address, size_t size, unsigned flags) { ENTER(IN_CONTEXT); if (flags > 7) return 1; return make('h', address, size); }
int cuMemFreeHost(void* address) { ENTER(IN_CONTEXT); return drop(__func__, 'h', address); }
int cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, size_t size, void* stream) {
  ENTER(IN_CONTEXT);
  NEED(check(__func__, 's', stream));
  NEED(inside(__func__, to, size));
  memcpy((void*)to, from, size);
  return 0;
}
int cuMemcpyDtoHAsync_v2(void* to, uint64_t from, size_t size, void* stream) {
  ENTER(IN_CONTEXT);
  NEED(check(__func__, 's', stream));
  NEED(inside(__func__, from, size));
  memcpy(to, (void*)from, size);
  return 0;
}
#ifndef BROKEN
int cuMemsetD8Async(uint64_t to, unsigned char value, size_t size, void* stream) {
  ENTER(IN_CONTEXT);
  NEED(check(__func__, 's', stream));
  NEED(inside(__func__, to, size));
  memset((void*)to, value, size);
  return 0;
}
#endif
int cuMemsetD2D8Async(uint64_t to, size_t pitch, unsigned char value, size_t width, size_t height, void* stream) {
  ENTER(IN_CONTEXT);
  NEED(check(__func__, 's', stream));
  for (size_t row = 0; row < height; row++) {
    NEED(inside(__func__, to + row * pitch, width));
    memset((void*)(to + row * pitch), value, width);
  }
  return 0;
}

// Streams and events. An event holds the tick at which it was recorded; a tick is half a millisecond.
int cuStreamCreate(void** stream, unsigned flags) { ENTER(IN_CONTEXT); NOTE(" flags %u", flags); return make('s', stream, 8); }
int cuStreamDestroy_v2(void* stream) { ENTER(IN_CONTEXT); return drop(__func__, 's', stream); }
int cuStreamSynchronize(void* stream) { ENTER(IN_CONTEXT); return check(__func__, 's', stream); }
int cuStreamWaitEvent(void* stream, void* event, unsigned flags) { ENTER(IN_CONTEXT); if (flags) return 1; NEED(check(__func__, 'e', event)); return check(__func__, 's', stream); }
int cuEventCreate(void** event, unsigned flags) { ENTER(IN_CONTEXT); NOTE(" flags %u", flags); return make('e', event, 8); }
int cuEventDestroy_v2(void* event) { ENTER(IN_CONTEXT); return drop(__func__, 'e', event); }
int cuEventRecord(void* event, void* stream) { ENTER(IN_CONTEXT); NEED(check(__func__, 's', stream)); NEED(check(__func__, 'e', event)); *(int*)event = ++ticks; return 0; }
int cuEventQuery(void* event) { ENTER(IN_CONTEXT); return check(__func__, 'e', event); }
int cuEventSynchronize(void* event) { ENTER(IN_CONTEXT); return check(__func__, 'e', event); }
int cuEventElapsedTime(float* result, void* start, void* end) {
  ENTER(IN_CONTEXT);
  NEED(check(__func__, 'e', start));
  NEED(check(__func__, 'e', end));
  *result = 0.5f * (*(int*)end - *(int*)start);
  return 0;
}

// Kernels. The name of one says the sizes of its arguments, as in args_4_8; a launch writes their bytes into the log. Those of
// the engine are there too, and do nothing.
int cuModuleLoadData(void** module, const void* image) { ENTER(IN_CONTEXT); NOTE(" %.8s", (const char*)image); return make('m', module, 8); }
int cuModuleUnload(void* module) { ENTER(IN_CONTEXT); return drop(__func__, 'm', module); }
int cuModuleGetFunction(void** function, void* module, const char* name) {
  ENTER(IN_CONTEXT);
  NEED(check(__func__, 'm', module));
  if ((strncmp(name, "args", 4) && strncmp(name, "mlstm", 5) && strncmp(name, "train", 5) && strncmp(name, PEAK, strlen(PEAK))) || functionCount == 64) return NOT_FOUND;
  Function* f = functions + functionCount++;
  f->module = module;
  f->shared = 48 << 10;
  snprintf(f->name, sizeof f->name, "%s", name);
  *function = f;
  return 0;
}
static int checkFunction(const char* name, Function* f) { return check(name, 'm', f->module); }
int cuFuncSetAttribute(Function* f, int attribute, int value) {
  ENTER(IN_CONTEXT);
  NEED(checkFunction(__func__, f));
  if (attribute != 8 || value > 232448) return INVALID_VALUE;
  f->shared = value;
  return 0;
}
int cuFuncGetAttribute(int* value, int attribute, Function* f) {
  ENTER(IN_CONTEXT);
  NEED(checkFunction(__func__, f));
  *value = attribute == 3 ? 16 : attribute == 4 ? 168 : attribute == 6 ? 90 : -1;
  return 0;
}
int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Function* f, int threads, size_t shared) {
  ENTER(IN_CONTEXT);
  NEED(checkFunction(__func__, f));
  *blocks = (int)(233472 / (shared + 1024));
  if (*blocks > 2048 / threads) *blocks = 2048 / threads;
  return 0;
}
static int launch(const char* name, Function* f, unsigned* grid, unsigned shared, void* stream, uint8_t** arguments) {
  NEED(checkFunction(name, f));
  NEED(check(name, 's', stream));
  if (shared > (unsigned)f->shared) return INVALID_VALUE;
  NOTE(" %s grid %u %u %u block %u %u %u shared %u:", f->name, grid[0], grid[1], grid[2], grid[3], grid[4], grid[5], shared);
  for (char* size = strncmp(f->name, "args", 4) ? NULL : strchr(f->name, '_'); size; size = strchr(size + 1, '_'), arguments++) {
    NOTE(" ");
    for (int i = 0; i < atoi(size + 1); i++) NOTE("%02x", (*arguments)[i]);
  }
  return 0;
}
int cuLaunchKernel(Function* f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared,
                   void* stream, void** arguments, void** extra) {
  ENTER(IN_CONTEXT);
  if (extra) return INVALID_VALUE;
  return launch(__func__, f, (unsigned[]){gx, gy, gz, bx, by, bz}, shared, stream, (uint8_t**)arguments);
}
#ifndef OLD
int cuLaunchCooperativeKernel(Function* f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                              unsigned shared, void* stream, void** arguments) {
  ENTER(IN_CONTEXT);
  return launch(__func__, f, (unsigned[]){gx, gy, gz, bx, by, bz}, shared, stream, (uint8_t**)arguments);
}
// The map holds the arguments, one in 8 bytes each.
int cuTensorMapEncodeTiled(uint64_t* map, int type, unsigned rank, void* address, const uint64_t* sizes, const uint64_t* strides,
                           const unsigned* box, const unsigned* steps, int interleave, int swizzle, int promotion, int fill) {
  ENTER(AFTER_INIT);
  if ((uintptr_t)map % 64) COMPLAIN("a map that is not aligned\n");
  uint64_t values[] = {type, rank, (uint64_t)address, sizes[0], sizes[1], strides[0], box[0], box[1], steps[0], steps[1], interleave, swizzle, promotion, fill};
  memcpy(map, values, sizeof values);
  return 0;
}
#endif
