module UniRep.Tests.BackendTests

open System
open System.Threading
open UniRep
open UniRep.Definition
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Compute
open Expecto
open UniRep.Testing

let private proteins =
    [ "MKTAYIAKQRQISFVKSHFSRQ"; "GSHMASMTGGQQMGR"; "XBZJUO" ]
    |> List.map Golden.parse

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

[<Tests>]
let tests =
    testList
        "BackendTests"
        [
            testCase "a model runs on any backend"
            <| fun () ->
                use model = FakeBackend.model FakeBackend.backend
                let expected = List.map FakeBackend.rep proteins
                Assert.equal expected (Model.representMany model proteins |> List.ofSeq)
                Assert.equal (expected[1]) (Model.represent model proteins[1])
                Assert.equal "Model waves: 2 units × 1 layer, MIT, exact, imaginary" (string model)

            testCase "a result comes with its item, in the order of the items"
            <| fun () ->
                use model = FakeBackend.model FakeBackend.backend

                let found =
                    proteins
                    |> Seq.indexed
                    |> Model.mapMany RunOptions.none Output.rep snd model
                    |> List.ofSeq

                Assert.equal
                    [
                        for at, protein in List.indexed proteins ->
                            (at, protein), FakeBackend.rep protein
                    ]
                    found

            testCase "items in memory are computed on the reader's thread"
            <| fun () ->
                use model = FakeBackend.model FakeBackend.backend
                let here = Environment.CurrentManagedThreadId

                let threads =
                    {
                        Needs = Outputs.Vectors
                        ReadsBackward = false
                        Take = Take<int>(fun _ _ -> Environment.CurrentManagedThreadId)
                    }

                let threadsOf items =
                    Model.mapMany RunOptions.none threads id model items
                    |> Seq.map snd
                    |> Seq.distinct
                    |> List.ofSeq

                Assert.equal [ here ] (threadsOf (Array.ofList proteins))
                Assert.isFalse (List.contains here (threadsOf (Seq.delay (fun () -> proteins))))

            testCase "of many items in memory only a few are computed for the first result"
            <| fun () ->
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

                Assert.isBetween 1 4 computed

            testCase "progress is told, and a run can be cancelled"
            <| fun () ->
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
                Assert.equal (proteins |> List.sumBy (fun protein -> int64 protein.Length)) residues

                use cancellation = new CancellationTokenSource()
                cancellation.Cancel()

                for items in [ proteins :> Sequence seq; Seq.delay (fun () -> proteins) ] do
                    Assert.throws<OperationCanceledException>(fun () ->
                        items
                        |> Model.mapMany
                            (RunOptions.cancelledBy cancellation.Token)
                            Output.rep
                            id
                            model
                        |> Seq.iter ignore)
                    |> ignore

            testCase "a backend that this machine lacks is an error of the model"
            <| fun () ->
                match Model.load FakeBackend.unavailable WeightCatalog.defaultName with
                | Error(ModelError.Backend(BackendError.Unavailable("absent", _)) as error) ->
                    Assert.equal
                        "the absent backend is not available: there is no such device"
                        error.Message
                | other -> failtest $"%A{other}"

            testCase "a backend that cannot train refuses training"
            <| fun () ->
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
                    Assert.equal "the fake backend cannot train models" error.Message
                | other -> failtest $"%A{other}"

            testCase "training runs on the backend that it is given"
            <| fun () ->
                let mutable batches = 0

                let train options state =
                    Cpu.automatic.Train.Value options state
                    |> Result.map (fun trainer ->
                        counted trainer (fun () -> batches <- batches + 1))

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

                Assert.equal
                    (WeightFile.fingerprint (tune Cpu.automatic).Weights)
                    (WeightFile.fingerprint tuned.Weights)

                Assert.equal (tuned.Epochs |> List.last |> _.Step |> int) batches
        ]
