// The kernels that measure the peak of a GPU, one fatbin: see eng/build-kernels.sh. docs/cuda.md says what is measured.
#ifdef MLSTM_EMULATED
#include "emulation.h"
#else
#include "../ptx.cuh"
#include "../wgmma.cuh"
#endif
#include "peak.cuh"
