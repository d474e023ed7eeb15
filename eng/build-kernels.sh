#!/usr/bin/env bash
# Compiles the kernels of the CUDA engine to src/UniRep.Cuda/mlstm.fatbin. Needs nvcc of CUDA 12.3 or newer.
# Machine code for compute capability 8.0 (and 8.6, 8.9) and 9.0, and PTX for newer GPUs, which the driver compiles.
# mlstm.sources.sha256 beside it holds the hash of the sources: a test compares them.
set -euo pipefail
cd "$(dirname "$0")/../src/UniRep.Cuda"
nvcc -fatbin -std=c++17 -O3 -Xfatbin=-compress-all --threads 0 "$@" \
    -gencode=arch=compute_80,code=sm_80 \
    -gencode=arch=compute_90a,code=sm_90a \
    -gencode=arch=compute_80,code=compute_80 \
    kernels/mlstm.cu -o mlstm.fatbin
(cd kernels && LC_ALL=C && cat ./*.cu ./*.cuh) | sha256sum | cut -d ' ' -f 1 >mlstm.sources.sha256
