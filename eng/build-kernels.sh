#!/usr/bin/env bash
# Compiles the kernels of the CUDA engine. Needs nvcc of CUDA 12.3 or newer, and 13.0 for mlstm: older compilers make its wgmma
# instructions wait for each other. On Debian, nvidia-cuda-toolkit of the section non-free has nvcc.
#
#   bash eng/build-kernels.sh [NAME...]     mlstm (vectors and scores), training, peak: src/UniRep.Cuda/NAME.fatbin
#
# Machine code for compute capability 8.0 (and 8.6, 8.9) and 9.0, and PTX for newer GPUs, which the driver compiles.
# NAME.sources.sha256 beside it holds the hash of the sources: a test compares them. NVCC_FLAGS are more arguments of nvcc.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../src/UniRep.Cuda"
read -r -a flags <<<"${NVCC_FLAGS:-}"
names=("$@")
if [ ${#names[@]} = 0 ]; then names=(mlstm training peak); fi

for name in "${names[@]}"; do
    case $name in
    mlstm) source=kernels/mlstm.cu sources=(kernels/*.cu kernels/*.cuh) ;;
    *) source=kernels/$name/$name.cu sources=(kernels/"$name"/*.cu kernels/"$name"/*.cuh kernels/*.cuh) ;;
    esac
    nvcc -fatbin -std=c++17 -O3 -Xfatbin=-compress-all --threads 0 ${flags[@]+"${flags[@]}"} \
        -gencode=arch=compute_80,code=sm_80 \
        -gencode=arch=compute_90a,code=sm_90a \
        -gencode=arch=compute_80,code=compute_80 \
        "$source" -o "$name.fatbin"
    cat "${sources[@]}" | sha256sum | cut -d ' ' -f 1 >"$name.sources.sha256"
done
