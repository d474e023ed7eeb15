module UniRep.Tests.BackendTests

open System
open System.Threading
open UniRep
open UniRep.Definition
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Compute
open Xunit

let private proteins =
    [ "MKTAYIAKQRQISFVKSHFSRQ"; "GSHMASMTGGQQMGR"; "XBZJUO" ]
    |> List.map Golden.parse

[<Fact>]
let ``a model runs on any backend`` () =
    use model = FakeBackend.model FakeBackend.backend
    let expected = List.map FakeBackend.rep proteins
    Assert.Equal<Rep list>(expected, Model.representMany model proteins |> List.ofSeq)
    Assert.Equal(expected[1], Model.represent model proteins[1])
    Assert.Equal("Model waves: 2 units × 1 layer, MIT, exact, imaginary", string model)

[<Fact>]
let ``a result comes with its item, in the order of the items`` () =
    use model = FakeBackend.model FakeBackend.backend

    let found =
        proteins
        |> Seq.indexed
        |> Model.mapMany RunOptions.none Output.rep snd model
        |> List.ofSeq

    Assert.Equal<((int * Sequence) * Rep) list>(
        [
            for at, protein in List.indexed proteins -> (at, protein), FakeBackend.rep protein
        ],
        found
    )

[<Fact>]
let ``items in memory are computed on the reader's thread`` () =
    use model = FakeBackend.model FakeBackend.backend
    let here = Environment.CurrentManagedThreadId

    let threads =
        {
            Needs = Outputs.Vectors
            Take = Take<int>(fun _ _ -> Environment.CurrentManagedThreadId)
        }

    let threadsOf items =
        Model.mapMany RunOptions.none threads id model items
        |> Seq.map snd
        |> Seq.distinct
        |> List.ofSeq

    Assert.Equal<int list>([ here ], threadsOf (Array.ofList proteins))
    Assert.DoesNotContain(here, threadsOf (Seq.delay (fun () -> proteins)))

[<Fact>]
let ``of many items in memory only a few are computed for the first result`` () =
    use model = FakeBackend.model FakeBackend.backend
    let mutable computed = 0

    let counting =
        Output.map
            (fun rep ->
                computed <- computed + 1
                rep)
            Output.rep

    Array.replicate 10_000 proteins[0]
    |> Model.mapMany RunOptions.none counting id model
    |> Seq.head
    |> ignore

    Assert.InRange(computed, 1, 4)

[<Fact>]
let ``progress is told, and a run can be cancelled`` () =
    use model = FakeBackend.model FakeBackend.backend
    let mutable residues = 0L

    let progress =
        { new IProgress<int64> with
            member _.Report value = residues <- value
        }

    let options =
        { RunOptions.none with
            Progress = Some progress
        }

    Model.mapMany options Output.rep id model proteins |> Seq.iter ignore
    Assert.Equal(proteins |> List.sumBy (fun protein -> int64 protein.Length), residues)

    use cancellation = new CancellationTokenSource()
    cancellation.Cancel()

    for items in [ proteins :> Sequence seq; Seq.delay (fun () -> proteins) ] do
        Assert.ThrowsAny<OperationCanceledException>(fun () ->
            items
            |> Model.mapMany (RunOptions.cancelledBy cancellation.Token) Output.rep id model
            |> Seq.iter ignore)
        |> ignore

[<Fact>]
let ``a backend that this machine lacks is an error of the model`` () =
    match Model.load FakeBackend.unavailable WeightCatalog.defaultName with
    | Error(ModelError.Backend(BackendError.Unavailable("absent", _)) as error) ->
        Assert.Equal("the absent backend is not available: there is no such device", error.Message)
    | other -> Assert.Fail $"%A{other}"

[<Fact>]
let ``a backend that cannot train refuses training`` () =
    match
        EvoTuning.tune
            FakeBackend.backend
            TrainingExamples.quick
            EvoTuning.silent
            CancellationToken.None
            (Waves.weights 2 1)
            proteins
    with
    | Error(TrainingError.Backend(BackendError.Unsupported("fake", _)) as error) ->
        Assert.Equal("the fake backend cannot train models", error.Message)
    | other -> Assert.Fail $"%A{other}"

/// The engine's trainer, counted.
let private counted (inner: ITrainer) count =
    { new ITrainer with
        member _.Shape = inner.Shape
        member _.Steps = inner.Steps

        member _.Gradient(sequences, mean, window, cancellation) =
            count ()
            inner.Gradient(sequences, mean, window, cancellation)

        member _.Evaluate(sequences, mean, cancellation) =
            inner.Evaluate(sequences, mean, cancellation)

        member _.Update step = inner.Update step
        member _.Parameters() = inner.Parameters()
        member _.Average() = inner.Average()
        member _.Save() = inner.Save()
        member _.Dispose() = inner.Dispose()
    }

[<Fact>]
let ``training runs on the backend that it is given`` () =
    let mutable batches = 0

    let train options state =
        Cpu.automatic.Train.Value options state
        |> Result.map (fun trainer -> counted trainer (fun () -> batches <- batches + 1))

    let backend =
        { Cpu.automatic with
            Train = Some train
        }

    let sequences = TrainingExamples.family 20 30 1UL |> List.map Golden.parse
    let weights = Waves.weights 5 1

    let tune backend =
        EvoTuning.tune
            backend
            TrainingExamples.quick
            EvoTuning.silent
            CancellationToken.None
            weights
            sequences
        |> TrainingExamples.done'

    let tuned = tune backend

    Assert.Equal(
        WeightFile.fingerprint (tune Cpu.automatic).Weights,
        WeightFile.fingerprint tuned.Weights
    )

    Assert.Equal(tuned.Epochs |> List.last |> _.Step |> int, batches)
