// Computes the vectors of the same sequences with the engine and with libtorch: how well they agree, and how fast each is.
// Usage: dotnet fsi scripts/torch.fsx SEQUENCES [MODEL] [--device cpu|cuda|cuda:N] [--precision float32|bfloat16|tf32]
//        [--threads N] [--batch N]
// Needs libtorch once: dotnet package download libtorch-cpu-linux-x64@2.10.0 (docs/torch.md has other systems and GPUs).
#load "../artifacts/local-feed.fsx" "prelude.fsx"
#r "nuget: UniRep.Torch"

open System
open System.Diagnostics
open UniRep
open UniRep.Compute
open Prelude

let command =
    commandLineOf (1, 2) [ "--device"; "--precision"; "--threads"; "--batch" ] []

let sequences = readRecords command[0] |> Array.map _.Sequence
let name = command.Arguments |> List.tryItem 1 |> Option.defaultValue "open-672"
let threads = command.Number("--threads", 0, 0)

let device =
    match command.Option "--device" |> Option.defaultValue "cpu" |> TorchDevice.tryParse with
    | Some device -> device
    | None -> showUsage (Some "--device takes cpu, cuda or cuda:N")

let precision =
    match command.Option "--precision" |> Option.defaultValue "float32" with
    | "float32" -> TorchPrecision.Float32
    | "bfloat16" -> TorchPrecision.BFloat16
    | "tf32" -> TorchPrecision.TF32
    | other -> showUsage (Some $"--precision {other}: it takes float32, bfloat16 or tf32")

let torch =
    Torch.backendWith
        { TorchOptions.on device with
            Precision = precision
            Threads = threads
            BatchSize = command.Number("--batch", 128, 1)
            Log = eprintfn "%s"
        }

// A batch of B sequences takes one step at a time, longest first; those that have ended leave it:
//   m = (x · wmx) ⊙ (h · wmh)                [B,H]
//   i, f, o, u = (x · wx + m · wh + b)       [B,4H]
//   c ← σ(f) ⊙ c + σ(i) ⊙ tanh(u)            [B,H]
//   h ← σ(o) ⊙ tanh(c)                       [B,H]
// src/UniRep.Torch/TorchScan.fs writes this with tensors, src/UniRep.FSharp/Definition/Mlstm.fs for one sequence.
let study title backend =
    use model = Model.load backend name |> orStop
    Model.represent model sequences[0] |> ignore
    let watch = Stopwatch.StartNew()
    let reps = Model.representMany model sequences |> Seq.toArray
    let residues = sequences |> Array.sumBy _.Length
    let seconds = watch.Elapsed.TotalSeconds
    printfn $"{title}: %.0f{float residues / seconds} residues/s (%.2f{seconds} s; {model})"
    reps

if sequences.Length = 0 then
    stop $"{command[0]}: there are no sequences"

let engine = study "engine" (Cpu.backend (EngineOptions(Threads = threads)))
let other = study "torch" torch

let largest (vector: Rep -> float32[]) =
    Array.map2 (fun a b -> Array.map2 (fun (x: float32) y -> abs (x - y)) (vector a) (vector b)) engine other
    |> Array.concat
    |> Array.fold (fun most difference -> MathF.Max(most, difference)) 0f

printfn
    $"largest difference: average %.1e{largest _.Average}, final %.1e{largest _.Final}, cell %.1e{largest _.Cell}"
