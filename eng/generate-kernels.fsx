// Writes src/UniRep.Compute/Internals/Products/TileKernels.cs: the register-blocked micro-kernels.
// Usage: dotnet fsi eng/generate-kernels.fsx
// RyuJIT keeps accumulators in registers only if each is a local of its own, hence the generated text.

open System.IO

type Kernel =
    {
        Rows: int
        Vectors: int
        /// Lines that it prefetches per k: two, or four for what one kernel reads alone.
        Prefetches: int
    }

let kernels =
    [
        for rows in 3..12 ->
            {
                Rows = rows
                Vectors = 2
                Prefetches = 2
            }
        for rows in 1..6 ->
            {
                Rows = rows
                Vectors = 4
                Prefetches = 2
            }
        for rows in 1..6 ->
            {
                Rows = rows
                Vectors = 4
                Prefetches = 4
            }
    ]

let lines = ResizeArray<string>()
let line text = lines.Add text

let each count write =
    for index in 0 .. count - 1 do
        write index

/// Pointers to every third row, and multiples of the stride for those between: there are not enough registers for one each.
let sharesPointers kernel = kernel.Rows > 6

let pointers kernel =
    if sharesPointers kernel then
        (kernel.Rows + 2) / 3
    else
        kernel.Rows

let beginRows kernel =
    if sharesPointers kernel then
        line "        nint stride = given.Stride;"
        line "        nint twice = 2 * stride;"
        each (pointers kernel) (fun p -> line $"        float* a{p} = given.A + {3 * p} * stride;")
    else
        each kernel.Rows (fun r ->
            let source = if r = 0 then "given.A" else $"a{r - 1} + given.Stride"
            line $"        float* a{r} = {source};")

let itemOf kernel k row =
    if sharesPointers kernel then
        let offset = [| "0"; "stride"; "twice" |][row % 3]
        $"a{row / 3}[{offset}]"
    else
        $"a{row}[{k}]"

/// The products of one k. Names of locals end in `suffix`.
let multiply kernel indent suffix k panel =
    each kernel.Vectors (fun v ->
        let place = if v < 2 then panel else $"{panel} + pair"
        line $"{indent}var b{v}{suffix} = TForm.Load({place}, {v % 2} * w);")

    each kernel.Rows (fun r ->
        line $"{indent}var x{r}{suffix} = TSimd.Broadcast({itemOf kernel k r});"

        each kernel.Vectors (fun v ->
            line $"{indent}c{r}{v} = TForm.MultiplyAdd(x{r}{suffix}, b{v}{suffix}, c{r}{v});"))

/// Kernels of few products per k spend as many instructions on the loop and on prefetching, so they take two k at once.
let takesTwo kernel =
    kernel.Vectors = 2 && not (sharesPointers kernel)

/// Two k at once share one prefetch, if a call prefetches half a line or less per k.
let writeTwo kernel =
    line "        nint k = 0;"
    line $"        if (ahead == 0 && step <= Prefetching.Line / 2)"
    line "        {"
    line "            step *= 2;"
    line "            for (; k < depth - 1; k += 2)"
    line "            {"
    line "                TSimd.Prefetch(next);"
    line "                next += step;"
    multiply kernel (String.replicate 16 " ") "" "k" "panel"
    multiply kernel (String.replicate 16 " ") "s" "k + 1" "panel + item"
    line "                panel += 2 * item;"
    line "            }"
    line "        }"
    line ""

let write kernel =
    let rows, vectors = kernel.Rows, kernel.Vectors
    let name = $"Rows{rows}x{vectors}" + (if kernel.Prefetches = 4 then "Alone" else "")

    let alone =
        if kernel.Prefetches = 4 then
            " of a panel that it reads alone"
        else
            ""

    line $"    /// <summary>{rows} rows of {vectors} vectors{alone}.</summary>"
    line "    [MethodImpl(MethodImplOptions.AggressiveOptimization)]"
    line $"    public static void {name}(in TileArguments given)"
    line "    {"
    line "        nint w = TSimd.Width;"
    line "        float* panel = given.Panel;"
    line "        float* tile = given.Tile;"
    line "        byte* next = given.Next;"
    line "        nint ahead = given.Ahead;"
    line "        nint step = given.Step;"
    line "        nint depth = given.Depth;"
    line "        nint item = TSimd.Width == 16 ? TForm.Step : given.Item;"

    if vectors = 4 then
        line "        nint pair = TSimd.Width == 8 ? given.Pair : TForm.Step * w / 32;"

    beginRows kernel

    each rows (fun r ->
        each vectors (fun v ->
            line $"        var c{r}{v} = TSimd.Load(tile + {64 * r} + {v} * w);"))

    if takesTwo kernel then
        writeTwo kernel

    let first = if takesTwo kernel then "" else "nint k = 0"
    line $"        for ({first}; k < depth; k++)"
    line "        {"

    each kernel.Prefetches (fun p ->
        let place = [| "next"; "next + ahead"; "next + 2 * ahead"; "next + 3 * ahead" |][p]
        line $"            TSimd.Prefetch({place});")

    line "            next += step;"

    multiply kernel "            " "" "k" "panel"
    line "            panel += item;"

    if sharesPointers kernel then
        each (pointers kernel) (fun p -> line $"            a{p}++;")

    line "        }"
    line ""

    each rows (fun r ->
        each vectors (fun v -> line $"        TSimd.Store(c{r}{v}, tile + {64 * r} + {v} * w);"))

    line "    }"
    line ""

line "// <auto-generated>Written by eng/generate-kernels.fsx. Do not edit.</auto-generated>"
line "using System.Runtime.CompilerServices;"
line "using UniRep.Compute.Internals.Simd;"
line ""
line "namespace UniRep.Compute.Internals.Products;"
line ""
line "/// <summary>"

line
    "/// Register-blocked micro-kernels: tile += rows · panel. Each holds rows × vectors of sums in registers. Every kernel"

line
    "/// adds the products of an output in the order of k, so that the bits of a row do not depend on the other rows."

line "/// </summary>"
line "internal static unsafe class TileKernels<TSimd, TForm, TVector>"
line "    where TSimd : struct, ISimd<TVector>"
line "    where TForm : struct, IWeightForm<TVector>"
line "    where TVector : struct"
line "{"
List.iter write kernels
lines.RemoveAt(lines.Count - 1)
line "}"

let target =
    Path.Combine(__SOURCE_DIRECTORY__, "../src/UniRep.Compute/Internals/Products/TileKernels.cs")

File.WriteAllText(target, String.concat "\n" lines + "\n")
