// The kernels of the multiplicative LSTM, one fatbin: see eng/build-kernels.sh. docs/cuda.md says how they work together.
#ifdef MLSTM_EMULATED
#include "emulation.h"
#else
#include "ptx.cuh"
#include "wgmma.cuh"
#endif
#include "step.cuh"
#include "step_mma.cuh"
#include "step_wgmma.cuh"
#include "latency.cuh"
#include "rows.cuh"
