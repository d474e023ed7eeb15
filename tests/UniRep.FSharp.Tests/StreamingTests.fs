/// Results are read as they come, and leaving off early stops the work.
module UniRep.Tests.StreamingTests

open System
open System.Runtime.CompilerServices
open System.Threading
open UniRep
open UniRep.ModelFiles
open UniRep.Training
open Expecto
open UniRep.Testing

let private patience = TimeSpan.FromMinutes 1.0

let private proteins =
    [| "MKTAYIAKQRQISFVKSHFSRQ"; "GSHMASMTGGQQMGR"; "XBZJUO" |]
    |> Array.map Golden.parse

/// Thousands of proteins, how many of them were asked for, and whether the last reader has gone.
type private Source() =
    let mutable asked = 0
    let gone = new ManualResetEventSlim()

    member _.Asked = Volatile.Read &asked
    member _.IsGone = gone.IsSet
    member _.WaitsShortly() = gone.Wait 50
    member _.WaitsUntilGone() = gone.Wait patience

    member _.Sequences =
        seq {
            try
                for index in 0..4999 do
                    Interlocked.Increment &asked |> ignore
                    yield proteins[index % proteins.Length]
            finally
                gone.Set()
        }

/// Reads one result and drops the reader; not inlined, so that nothing is left on the stack.
[<MethodImpl(MethodImplOptions.NoInlining)>]
let private abandon (sequences: Sequence seq) =
    let reader = (Model.representMany (UniRep.model ()) sequences).GetEnumerator()
    Assert.isTrue (reader.MoveNext())

/// Null as it comes from code that knows nothing of nullness.
let private noText: string = Unchecked.defaultof<string>

let private none: Sequence = Unchecked.defaultof<Sequence>

let private nothing<'item> : 'item seq = Unchecked.defaultof<'item seq>

[<Tests>]
let tests =
    testList
        "StreamingTests"
        [
            testCase "the first result comes while the source has most of its sequences"
            <| fun () ->
                let source = Source()
                Model.representMany (UniRep.model ()) source.Sequences |> Seq.head |> ignore
                Assert.isBetween 1 500 source.Asked
                Assert.isTrue (source.WaitsUntilGone())

            testCase "log-likelihoods stream too"
            <| fun () ->
                let source = Source()

                Model.logLikelihoodMany true (UniRep.model ()) source.Sequences
                |> Seq.head
                |> ignore

                Assert.isBetween 1 500 source.Asked
                Assert.isTrue (source.WaitsUntilGone())

            testCase "leaving off early stops the reading at once"
            <| fun () ->
                let source = Source()

                Model.representMany (UniRep.model ()) source.Sequences
                |> Seq.take 5
                |> Seq.length
                |> ignore

                let asked = source.Asked
                Thread.Sleep 200
                Assert.equal asked source.Asked

            testCase "a reader that takes its time is not run away from"
            <| fun () ->
                let source = Source()

                use reader =
                    (Model.representMany (UniRep.model ()) source.Sequences).GetEnumerator()

                Assert.isTrue (reader.MoveNext())
                // Nothing ends it but that the results that wait are enough.
                Thread.Sleep 1000
                let asked = source.Asked
                Thread.Sleep 200
                Assert.equal asked source.Asked
                Assert.isBetween 1 1000 asked

            testCase "each result comes though the source waits for it"
            <| fun () ->
                let taken = new SemaphoreSlim(0)

                let waiting =
                    seq {
                        for index in 0..5 do
                            yield proteins[index % proteins.Length]
                            Expect.isTrue (taken.Wait patience) $"result {index} did not come"
                    }

                let found =
                    [
                        for rep in Model.representMany (UniRep.model ()) waiting do
                            taken.Release() |> ignore
                            rep
                    ]

                let alone =
                    proteins |> Array.map (Model.represent (UniRep.model ())) |> List.ofArray

                Assert.equal (alone @ alone) found

            testCase "leaving off does not wait for a source that does not answer"
            <| fun () ->
                let never = new ManualResetEventSlim()

                let blocking =
                    seq {
                        yield proteins[0]
                        never.Wait()
                    }

                let first =
                    Tasks.Task.Run(fun () ->
                        Model.representMany (UniRep.model ()) blocking |> Seq.head)

                Expect.isTrue (first.Wait patience) "the source was waited for"
                never.Set()

            testCase "a reader left behind without being disposed of stops its run"
            <| fun () ->
                let source = Source()
                abandon source.Sequences
                let watch = Diagnostics.Stopwatch.StartNew()

                while not (source.WaitsShortly()) && watch.Elapsed < patience do
                    GC.Collect()
                    GC.WaitForPendingFinalizers()

                Assert.isTrue source.IsGone

            testCase "the results before a failure of the source come first"
            <| fun () ->
                let failing =
                    seq {
                        for _ in 1..40 do
                            yield proteins[0]

                        raise (InvalidOperationException "the source broke")
                    }

                let mutable seen = 0

                let error =
                    Assert.throws<InvalidOperationException>(fun () ->
                        for _ in Model.representMany (UniRep.model ()) failing do
                            seen <- seen + 1)

                Assert.equal "the source broke" error.Message
                Assert.equal 40 seen

            testCase "null where a sequence should be is an argument error"
            <| fun () ->
                let model = UniRep.model ()

                let parameterOf (action: unit -> unit) =
                    nonNull (Assert.throws<ArgumentNullException> action).ParamName

                Assert.equal "text" (parameterOf (fun () -> Sequence.parse noText |> ignore))

                Assert.equal
                    "sequences"
                    (parameterOf (fun () -> UniRep.getReps [ "M"; noText ] |> ignore))

                Assert.equal
                    "sequences"
                    (parameterOf (fun () -> UniRep.tryGetReps [ noText ] |> ignore))

                Assert.equal "sequences" (parameterOf (fun () -> UniRep.getReps nothing |> ignore))

                Assert.equal
                    "sequences"
                    (parameterOf (fun () -> UniRep.evotune [ noText ] |> ignore))

                Assert.equal
                    "sequence"
                    (parameterOf (fun () -> Model.represent model none |> ignore))

                Assert.equal
                    "sequence"
                    (parameterOf (fun () -> Model.hiddenStates model none |> ignore))

                Assert.equal "sequence" (parameterOf (fun () -> Model.logits model none |> ignore))

                Assert.equal
                    "sequence"
                    (parameterOf (fun () -> Model.logLikelihoods model none |> ignore))

                Assert.equal
                    "sequences"
                    (parameterOf (fun () -> Model.representMany model nothing |> ignore))

                Assert.equal
                    "sequences"
                    (parameterOf (fun () -> Model.logLikelihoodMany true model nothing |> ignore))

            testCase "null in the middle of a stream is told after the results before it"
            <| fun () ->
                let sequences =
                    seq {
                        yield! proteins
                        none
                    }

                let mutable seen = 0

                let error =
                    Assert.throws<ArgumentNullException>(fun () ->
                        for _ in Model.representMany (UniRep.model ()) sequences do
                            seen <- seen + 1)

                Assert.contains "index 3" error.Message
                Assert.equal 3 seen

                Assert.throws<ArgumentNullException>(fun () ->
                    Model.logLikelihoodMany true (UniRep.model ()) sequences
                    |> Seq.length
                    |> ignore)
                |> ignore

            testCase "the shared model outlives whoever disposes of it"
            <| fun () ->
                let use' () =
                    use model = UniRep.model ()
                    Model.represent model proteins[0]

                Assert.equal (use' ()) (use' ())
                (UniRep.model ()).Dispose()
                Assert.equal 1 ((UniRep.getReps [ "MK" ]).Length)

            testCase "a model that was disposed of says so"
            <| fun () ->
                let model = TestModels.ofWeights (Waves.weights 5 1)
                let late = Model.representMany model proteins
                model.Dispose()
                model.Dispose()

                let raises (action: unit -> unit) =
                    Assert.throws<ObjectDisposedException>(fun () -> action ()) |> ignore

                raises (fun () -> Model.represent model proteins[0] |> ignore)
                raises (fun () -> Model.hiddenStates model proteins[0] |> ignore)
                raises (fun () -> Model.logits model proteins[0] |> ignore)
                raises (fun () -> Model.logLikelihood true model proteins[0] |> ignore)
                raises (fun () -> Model.representMany model proteins |> ignore)
                raises (fun () -> Model.logLikelihoodMany true model proteins |> ignore)
                raises (fun () -> Seq.length late |> ignore)
                // A model without its weights still says what it is.
                Assert.equal 64 model.Fingerprint.Length

            testCase "the library's exception tells which sequence is wrong, and where"
            <| fun () ->
                let error =
                    Assert.throws<UniRepException>(fun () ->
                        UniRep.getReps [ "MK"; "MK?" ] |> ignore)

                Assert.equal
                    ("UnknownResidue", Nullable 1, Nullable 3)
                    (error.Case, error.Index, error.Position)

                let empty =
                    Assert.throws<UniRepException>(fun () -> UniRep.getReps [ "" ] |> ignore)

                Assert.equal
                    ("EmptySequence", Nullable 0, Nullable())
                    (empty.Case, empty.Index, empty.Position)
        ]
