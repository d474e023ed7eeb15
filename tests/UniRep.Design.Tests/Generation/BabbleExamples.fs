/// What tests of sampling share.
module UniRep.Design.Tests.BabbleExamples

open System
open System.Threading
open UniRep
open UniRep.Compute
open UniRep.Design
open UniRep.ModelFiles
open Expecto
open UniRep.Testing

let sequence text = Sequence.parse text |> Result.orRaise

let model = lazy UniRep.model ()

/// The default model with options of its own.
let modelWith backend =
    Model.load backend WeightCatalog.defaultName |> Result.orRaise

let few =
    { BabbleOptions.defaults with
        Count = 40
        Seed = 7UL
        MaxLength = 60
    }

let sampleFrom model options =
    Babble.sample RunOptions.none model options |> Result.orRaise |> List.ofSeq

let sample options = sampleFrom model.Value options

let letters (results: Babbled list) = results |> List.map _.Sequence.Letters

/// Probabilities of the letters and of stop (*) after a beginning, among those that may be drawn.
let probabilities (logits: float32[]) temperature (drawn: string) =
    let weight letter =
        let token =
            if letter = '*' then
                Residue.stop
            else
                Residue.tryToken letter |> ValueOption.get

        exp (float logits[int token - 1] / temperature)

    let weights = drawn |> Seq.map (fun letter -> letter, weight letter) |> List.ofSeq
    let total = List.sumBy snd weights
    weights |> List.map (fun (letter, weight) -> letter, weight / total)

let chiSquare count (expected: (char * float) list) (found: char list) =
    let counts = found |> List.countBy id |> Map.ofList

    expected
    |> List.sumBy (fun (letter, probability) ->
        let wanted = probability * float count
        let real = counts |> Map.tryFind letter |> Option.defaultValue 0 |> float
        (real - wanted) * (real - wanted) / wanted)

/// The first letter after a start, or * where the sequence ends there.
let firstAfter (start: Sequence) (result: Babbled) =
    if result.Sequence.Length > start.Length then
        result.Sequence.Letters[start.Length]
    else
        '*'

let start = sequence "MKTAYIAKQR"

let afterStart = lazy (Model.logits model.Value start)[start.Length, *]

let manyAfterStart =
    { BabbleOptions.defaults with
        Count = 20_000
        Seed = 3UL
        Start = Some start
        MaxLength = start.Length + 1
    }

/// A backend that takes whole runs only.
let wholeRuns =
    { Cpu.automatic with
        Infer =
            fun weights ->
                Cpu.automatic.Infer weights
                |> Result.map (fun runner -> { runner with BeginStepwise = None })
    }
