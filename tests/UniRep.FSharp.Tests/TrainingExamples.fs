/// A small family and short trainings on it, for the tests of training.
module UniRep.Tests.TrainingExamples

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Training
open UniRep.Charts
open UniRep.Compute

/// Relatives of one protein: a few letters of it changed.
let family count length seed =
    let random = SplitMix seed
    let letters = "ACDEFGHIKLMNPQRSTVWY"
    let ancestor = Array.init length (fun _ -> letters[random.Below 20])

    List.init count (fun _ ->
        let relative = Array.sub ancestor 0 (length - random.Below(length / 3))

        for _ in 1 .. length / 10 do
            relative[random.Below relative.Length] <- letters[random.Below 20]

        String relative)

let quick =
    { TrainingOptions.evotune with
        Epochs = 3
        BatchTokens = 200
        LearningRate = Some 5e-3
        WarmUp = 2
        ValidationFraction = 0.2
        Seed = 11UL
    }

let write (folder: TestFolder) name texts =
    folder.WriteText(
        name,
        texts |> List.mapi (fun at text -> $">r{at}\n{text}\n") |> String.concat ""
    )

let request (folder: TestFolder) options =
    { TrainingRequest.scratch
          (MlstmShape(20, 2, 10))
          [ write folder "family.fasta" (family 40 30 1UL) ] with
        Options = options
    }

let done' result =
    match result with
    | Ok tuned -> tuned
    | Error(error: TrainingError) -> invalidOp error.Message

/// Draws the losses, as the command does.
let drawing =
    { EvoTuning.silent with
        Draw = Some LossCurve.svg
    }

let run request folder =
    EvoTuning.run Cpu.automatic request folder 1e9 drawing CancellationToken.None
    |> done'

/// Resumes a training and lets it end.
let finish folder =
    EvoTuning.resume Cpu.automatic id false folder 1e9 EvoTuning.silent CancellationToken.None
    |> done'
    |> ignore

let model folder =
    File.ReadAllBytes(Path.Combine(folder, "model.safetensors"))

/// Rows of the metrics without what time they took.
let rows folder =
    File.ReadAllLines(Path.Combine(folder, "metrics.csv"))
    |> Array.map (fun row -> row[.. row.LastIndexOf ',' - 1])

/// The error of a training that cannot begin.
let errorOf request folder =
    match
        EvoTuning.run Cpu.automatic request folder 1e9 EvoTuning.silent CancellationToken.None
    with
    | Error error -> error
    | Ok _ -> invalidOp "training began"

/// An observer that acts when so many batches are done.
let after batches act =
    let mutable seen = 0

    { EvoTuning.silent with
        OnBatch =
            fun _ ->
                seen <- seen + 1

                if seen = batches then
                    act ()
    }
