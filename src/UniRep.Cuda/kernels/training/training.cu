// The kernels of training, one fatbin: see eng/build-kernels.sh. docs/cuda.md says how they work together. All numbers in memory
// are float32, [rows][units] in row-major order; units are padded to a multiple of 64 with zeros, which stay zeros.
#ifdef MLSTM_EMULATED
#include "emulation.h"
#else
#include "../ptx.cuh"
#include "matrices.cuh"
#endif
#include "product.cuh"
#include "forward.cuh"
#include "backward.cuh"
#include "parameters.cuh"
