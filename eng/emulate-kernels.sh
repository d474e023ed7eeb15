#!/usr/bin/env bash
# Builds an emulated NVIDIA driver over the kernels of the CUDA engine, for tests on machines without a GPU (needs g++, x86-64).
# Usage: eng/emulate-kernels.sh [FOLDER]   writes FOLDER/libcuda-emulated.so (artifacts/emulation by default)
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-artifacts/emulation}
mkdir -p "$folder"
made="$folder/libcuda-emulated.so"
if [[ -f $made && -z $(find src/UniRep.Cuda/kernels eng/emulation eng/emulate-kernels.sh -newer "$made") ]]; then
    exit 0
fi
g++ -O2 -std=c++17 -shared -fPIC -fvisibility=hidden -ffp-contract=off -Wall -Wno-unknown-pragmas -Wno-unused -Ieng/emulation \
    eng/emulation/driver.cpp -o "$made.$$"
mv "$made.$$" "$made"
