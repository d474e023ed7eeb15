#!/usr/bin/env bash
# Builds and runs the fast tests of the library, the charts and the engine: less than a minute on two cores once built. Every test
# runs with `dotnet test -c Release`, every check with `bash .ci/run`.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# The slow modules of tests of the library: large models, damaged files of many sizes, other programs.
slow=(ModelTests PickleBudgetTests NumPyTests GzipDamageTests PrecisionTests)
# What holds the kernels: every instruction set against the definition's equations.
kernels=(KernelsTests ActivationsTests OptionsTests AgreementTests)

for project in tests/UniRep.{FSharp,Charts,Compute}.Tests/*.*proj; do
    dotnet build -c Release --nologo -v quiet "$project"
done
env -u UNIREP_TEST_DATA dotnet test -c Release --no-build --project tests/UniRep.FSharp.Tests/*.fsproj \
    --filter-not "${slow[@]}"
dotnet test -c Release --no-build --project tests/UniRep.Charts.Tests/*.fsproj
dotnet test -c Release --no-build --project tests/UniRep.Compute.Tests/*.csproj \
    --filter-class "${kernels[@]/#/UniRep.Compute.Tests.}"
