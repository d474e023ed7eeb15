#!/usr/bin/env bash
# Packs what eng/gpu-check.sh needs into one file: the program with its own .NET, without what only the web service and libtorch
# need; golden values; models other than the open ones. open-1920.safetensors, 37 MB, stays out: eng/gpu-check.sh takes it from
# the folder weights of the repository. A machine with .NET runs this:
#
#   bash eng/gpu-pack.sh OUT.tar.xz [GOLDEN [WEIGHTS...]]
#
# GOLDEN is a folder with NAME.sequences.txt and NAME.{average,final,cell}.npy; WEIGHTS are folders such as paper-64.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

out=${1:?usage: bash eng/gpu-pack.sh OUT.tar.xz [GOLDEN [WEIGHTS...]]}
golden=${2:-}
shift $(($# > 2 ? 2 : $#))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet publish src/UniRep.Cli -c Release -r linux-x64 --self-contained -p:UseAppHost=true -p:PublishReadyToRun=true --nologo -v quiet -o "$work/unirep"

# Without its list of dependencies the program takes whatever lies beside it.
cd "$work/unirep"
rm -f unirep.deps.json open-1920.safetensors ./*.pdb ./*.xml createdump libmscordaccore.so libmscordbi.so \
    libcoreclrtraceptprovider.so libLibTorchSharp.so libe_sqlite3.so \
    Apache.Arrow* Google.Protobuf* Grpc* Microsoft.AspNetCore.* Microsoft.CSharp.dll Microsoft.Data.Sqlite.dll \
    Microsoft.Extensions.{Caching,Identity,Localization,ObjectPool,WebEncoders}* Microsoft.JSInterop* Microsoft.OpenApi.dll \
    Microsoft.VisualBasic* OpenTelemetry* SQLite* Scalar* SkiaSharp* System.Data.Common.dll System.Linq.Expressions.dll \
    System.Private.DataContractSerialization.dll System.Private.Xml* System.Security.Cryptography.Xml.dll UniRep.Server.deps.json
rm -rf runtimes
cd - >/dev/null

mkdir "$work/golden" "$work/weights"
if [ -n "$golden" ]; then
    for name in open-256 open-672 open-1920 paper-64 paper-256 paper-1900; do
        cp "$golden/$name".{sequences.txt,average.npy,final.npy,cell.npy} "$work/golden/"
    done
fi
for folder in "$@"; do
    cp -rL "$folder" "$work/weights/"
done
chmod -R u+w "$work"
tar -C "$work" -c unirep golden weights | xz -6 -T0 >"$out"
echo "$out: $(($(stat -c %s "$out") / 1000000)) MB"
