/// Golden values of float64 programs that are not ours.
module UniRep.Tests.Golden

open System.IO
open UniRep
open UniRep.Formats

type Golden =
    {
        Sequences: Sequence[]
        Average: float[][]
        Final: float[][]
        Cell: float[][]
        /// For each sequence the log-probability of each residue, then of stop.
        LogLikelihoods: float[][]
    }

/// The rows of a matrix file.
let private rows path =
    match Npy.parse (File.ReadAllBytes path) with
    | Ok array -> Npy.toFloats array |> Array.chunkBySize (List.last array.Shape)
    | Error error -> invalidOp $"{path}: {Npy.describe error}"

let parse text =
    match Sequence.parse text with
    | Ok sequence -> sequence
    | Error error -> invalidOp (Sequence.describe error)

/// Reads the golden values `name` of a folder.
let read folder name =
    let file suffix =
        Path.Combine(folder, $"{name}.{suffix}")

    let sequences = file "sequences.txt" |> File.ReadAllLines |> Array.map parse
    let terms = rows (file "logprobs.npy") |> Array.concat

    let offsets =
        sequences |> Array.scan (fun offset sequence -> offset + sequence.Length + 1) 0

    {
        Sequences = sequences
        Average = rows (file "average.npy")
        Final = rows (file "final.npy")
        Cell = rows (file "cell.npy")
        LogLikelihoods =
            sequences
            |> Array.mapi (fun index sequence ->
                Array.sub terms offsets[index] (sequence.Length + 1))
    }
