// Writes src/UniRep.Compute/Internals/TileKernels.cs: the register-blocked micro-kernels.
// Usage: dotnet fsi eng/generate-kernels.fsx
// RyuJIT keeps accumulators in registers only if each is a local of its own, hence the generated text.

open System.IO

let kernels =
    [
        for rows in 1..6 -> rows, 2
        for rows in 1..6 -> rows, 4
    ]

let lines = ResizeArray<string>()
let line text = lines.Add text

let each count write =
    for index in 0 .. count - 1 do
        write index

line "using System.Runtime.CompilerServices;"
line ""
line "namespace UniRep.Compute.Internals;"
line ""
line "/// <summary>"

line
    "/// Micro-kernels, rows × vectors of accumulators in registers: tile += rows · panel. Every output has one chain of"

line
    "/// multiply-adds in the order of k, whatever the kernel, so that a row's bits do not depend on its neighbours."

line "/// Written by eng/generate-kernels.fsx."
line "/// </summary>"
line "internal static unsafe class TileKernels<TSimd, TForm, TVector>"
line "    where TSimd : struct, ISimd<TVector>"
line "    where TForm : struct, IWeightForm<TVector>"
line "    where TVector : struct"
line "{"

for rows, vectors in kernels do
    line $"    /// <summary>{rows} rows of {vectors} vectors.</summary>"
    line "    [MethodImpl(MethodImplOptions.AggressiveOptimization)]"
    line $"    public static void Rows{rows}x{vectors}(in TileArguments given)"
    line "    {"
    line "        nint w = TSimd.Width;"
    line "        float* panel = given.Panel;"
    line "        float* tile = given.Tile;"
    line "        byte* next = given.Next;"
    line "        nint ahead = given.Ahead;"
    line "        nint step = given.Step;"
    line "        nint depth = given.Depth;"

    each rows (fun r ->
        let source = if r = 0 then "given.A" else $"a{r - 1} + given.Stride"
        line $"        float* a{r} = {source};")

    each rows (fun r ->
        each vectors (fun v ->
            line $"        var c{r}{v} = TSimd.Load(tile + {64 * r} + {v} * w);"))

    line "        for (nint k = 0; k < depth; k++)"
    line "        {"
    line "            TSimd.Prefetch(next);"
    line "            TSimd.Prefetch(next + ahead);"
    line "            next += step;"
    each vectors (fun v -> line $"            var b{v} = TForm.Load(panel, {v} * w);")
    line "            panel += TForm.Step;"

    each rows (fun r ->
        line $"            var x{r} = TSimd.Broadcast(a{r}[k]);"

        each vectors (fun v ->
            line $"            c{r}{v} = TForm.MultiplyAdd(x{r}, b{v}, c{r}{v});"))

    line "        }"
    line ""

    each rows (fun r ->
        each vectors (fun v -> line $"        TSimd.Store(c{r}{v}, tile + {64 * r} + {v} * w);"))

    line "    }"
    line ""

lines.RemoveAt(lines.Count - 1)
line "}"

let target =
    Path.Combine(__SOURCE_DIRECTORY__, "../src/UniRep.Compute/Internals/TileKernels.cs")

File.WriteAllText(target, String.concat "\n" lines + "\n")
