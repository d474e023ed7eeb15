module UniRep.Tests.StepwiseTests

open System
open System.Threading
open Expecto
open UniRep
open UniRep.Compute
open UniRep.Testing

let private units = 12

/// Gives residues, keeps the vectors and the last logits.
[<Sealed>]
type private Known(tokens: ReadOnlyMemory<byte>, needsLogits, origin: SavedState | null) =
    let mutable given =
        match origin with
        | null -> 0
        | state -> state.Positions - 1

    member val Vectors: float32[] = Array.zeroCreate (3 * units)
    member val Logits: float32[] = [||] with get, set
    member val State: SavedState | null = null with get, set

    interface IStepwiseSequence with
        member _.Origin = origin
        member _.NeedsLogits = needsLogits

        member this.Next(output: inref<StepOutput>) =
            let next = tokens.Slice given
            given <- tokens.Length

            if next.IsEmpty then
                output.CopyVectors this.Vectors
                this.Logits <- output.Logits.ToArray()
                this.State <- output.Save()

            next

let private source (items: Known list) =
    let mutable left = items

    { new IStepwiseSource with
        member _.IsPaused = false

        member _.Take() =
            match left with
            | [] -> null
            | first :: rest ->
                left <- rest
                first
    }

let private run model items =
    let run = Model.beginStepwise CancellationToken.None 10 (source items) model

    try
        Assert.isTrue (run.Advance())
    finally
        run.Close()

let private vectors (rep: Rep) =
    Array.concat [ rep.Average; rep.Final; rep.Cell ]

/// The backend of this library without its lanes for sequences that are decided while they run.
let private wholeRuns =
    { Cpu.automatic with
        Infer =
            fun weights ->
                Cpu.automatic.Infer weights
                |> Result.map (fun runner -> { runner with BeginStepwise = None })
    }

let private sequence text = Sequence.parse text |> Result.orRaise

[<Tests>]
let tests =
    testList
        "Stepwise"
        [
            for name, backend in [ "in lanes", Cpu.automatic; "in whole runs", wholeRuns ] do
                testCase $"a sequence and its saved state give the bits of Model {name}"
                <| fun () ->
                    use model = Model.ofWeights backend (Waves.weights units 1) |> Result.orRaise
                    let short, long = sequence "MKTAYIA", sequence "MKTAYIAKQR"
                    let first = Known(short.Tokens, true, null)
                    run model [ first ]
                    let second = Known(long.Tokens, false, first.State)
                    run model [ second ]
                    Assert.equal (vectors (Model.represent model short)) first.Vectors
                    Assert.equal (vectors (Model.represent model long)) second.Vectors
                    let logits = Model.logits model short
                    Assert.equal logits[short.Length, *] first.Logits

            testCase "a model without a head refuses sequences that need logits"
            <| fun () ->
                let waves = Waves.weights units 1

                let weights =
                    Waves.tensors units 1
                    |> Map.filter (fun name _ -> not (name.StartsWith "head."))
                    |> Weights.ofTensors waves.Card
                    |> Result.orRaiseAll

                use model = TestModels.ofWeights weights
                let tokens = (sequence "MKT").Tokens
                run model [ Known(tokens, false, null) ]

                let error =
                    Assert.throws<UniRepException>(fun () ->
                        run model [ Known(tokens, true, null) ])

                Assert.equal "NoHead" error.Case
        ]
