/// Golden values of float64 programs that are not ours.
module UniRep.Tests.Golden

open System.IO
open UniRep
open UniRep.IO
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
    | Error error -> invalidOp $"{path}: {error.Message}"

let parse text =
    match Sequence.parse text with
    | Ok sequence -> sequence
    | Error error -> invalidOp error.Message

/// Reads the golden values `name` of a folder.
let read folder name =
    let file suffix =
        Path.Combine(folder, $"{name}.{suffix}")

    let sequences = file "sequences.txt" |> File.ReadAllLines |> Array.map parse
    let terms = rows (file "logprobs.npy") |> Array.concat

    let vectors kind =
        let vectors = rows (file $"{kind}.npy")

        if vectors.Length <> sequences.Length then
            invalidOp $"{name}: {vectors.Length} vectors of {sequences.Length} sequences"

        vectors

    let offsets =
        sequences |> Array.scan (fun offset sequence -> offset + sequence.Length + 1) 0

    if terms.Length <> Array.last offsets then
        invalidOp $"{name}: {terms.Length} log-probabilities of {Array.last offsets} tokens"

    {
        Sequences = sequences
        Average = vectors "average"
        Final = vectors "final"
        Cell = vectors "cell"
        LogLikelihoods =
            sequences
            |> Array.mapi (fun index sequence ->
                Array.sub terms offsets[index] (sequence.Length + 1))
    }

/// The 4,000 sequences that the original TensorFlow program read with the 64-unit model, and its average vectors.
let published () =
    TestFiles.sharedPath "reference/antibody-64/emi_reps.csv"
    |> File.ReadLines
    |> Seq.skip 1
    |> Seq.map (fun line ->
        let cells = line.Split ','
        parse cells[0], Array.map float cells[1..])
    |> Array.ofSeq
    |> Array.unzip
