module UniRep.Design.Tests.BabbleTests

open System
open System.Threading
open UniRep
open UniRep.Compute
open UniRep.Design
open UniRep.Design.Tests.BabbleExamples
open Expecto
open UniRep.Testing

[<Tests>]
let tests =
    testList
        "Babble"
        [
            testCase "the log-likelihood is the model's, whatever the sampling, and the end is told"
            <| fun () ->
                for options in
                    [
                        few
                        { few with
                            Start = Some start
                            Temperature = 0.5
                            TopK = Some 5
                        }
                    ] do
                    let found = sample options
                    Assert.equal [ 0..39 ] (found |> List.map _.Index)

                    for result in found do
                        Assert.equal
                            (Model.logLikelihood true model.Value result.Sequence)
                            result.LogLikelihood

                        Assert.isTrue (result.EndsByStop || result.Sequence.Length = 60)

                let cut = sample { few with MaxLength = 3 }
                Assert.isTrue (cut |> List.exists (fun result -> not result.EndsByStop))

            testCase "any number of threads and lanes, and whole runs, give the same sequences"
            <| fun () ->
                let expected = sample few

                for backend in
                    [
                        Cpu.backend (EngineOptions(Threads = 1))
                        Cpu.backend (EngineOptions(Threads = 3, Lanes = 2))
                        wholeRuns
                    ] do
                    use other = modelWith backend
                    Assert.equal expected (sampleFrom other few)

            testCase "a sequence does not depend on how many there are; another seed gives others"
            <| fun () ->
                let expected = sample few |> List.truncate 5
                Assert.equal expected (sample { few with Count = 5 })
                Assert.notEqual expected (sample { few with Count = 5; Seed = 8UL })

            testCase "more sequences than fit the window come in order"
            <| fun () ->
                let found =
                    sample
                        { few with
                            Count = 3_000
                            MaxLength = 8
                        }

                Assert.equal [ 0..2999 ] (found |> List.map _.Index)
                Assert.equal (sample { few with MaxLength = 8 }) (List.truncate 40 found)

            testCase "lengths, letters and the start are kept"
            <| fun () ->
                let found =
                    sample
                        { few with
                            Start = Some(sequence "MW")
                            MinLength = 30
                            MaxLength = 40
                            Temperature = 3.0
                            Letters = "AGX"
                        }

                for text in letters found do
                    Assert.isTrue (text.Length >= 30 && text.Length <= 40)
                    Assert.startsWith "MW" text
                    Assert.isTrue (text[2..] |> Seq.forall "AGX".Contains)

                Assert.isTrue (letters found |> List.exists (fun text -> text.Contains 'X'))

            testCase "nothing but the 20 standard residues is drawn unless asked for"
            <| fun () ->
                let found =
                    sample
                        { few with
                            Temperature = 1e6
                            Count = 200
                        }

                Assert.equal
                    (Set.ofSeq BabbleOptions.defaults.Letters)
                    (letters found |> String.concat "" |> Set.ofSeq)

            testCase "a start that is as long as may be is given back"
            <| fun () ->
                let found =
                    sample
                        { few with
                            Count = 2
                            Start = Some start
                            MaxLength = start.Length
                        }

                Assert.equal [ start; start ] (found |> List.map _.Sequence)
                Assert.equal [ false; false ] (found |> List.map _.EndsByStop)

            testCase "a cancelled run ends, and a reader may leave early"
            <| fun () ->
                use cancellation = new CancellationTokenSource()

                let endless =
                    { few with
                        Count = Int32.MaxValue
                        MaxLength = 10
                    }

                let results =
                    Babble.sample (RunOptions.cancelledBy cancellation.Token) model.Value endless
                    |> Result.orRaise

                Assert.equal 5 (results |> Seq.truncate 5 |> Seq.length)

                Assert.throws<OperationCanceledException>(fun () ->
                    for result in results do
                        if result.Index = 100 then
                            cancellation.Cancel())
                |> ignore

            testCase "wrong options are refused by name"
            <| fun () ->
                let refusal options =
                    match Babble.sample RunOptions.none model.Value options with
                    | Ok _ -> invalidOp "accepted"
                    | Error error -> error

                for expected, options in
                    [
                        BabbleError.Count 0, { few with Count = 0 }
                        BabbleError.Temperature -1.0, { few with Temperature = -1.0 }
                        BabbleError.Temperature infinity, { few with Temperature = infinity }
                        BabbleError.TopK 0, { few with TopK = Some 0 }
                        BabbleError.TopP 0.0, { few with TopP = Some 0.0 }
                        BabbleError.TopP 1.5, { few with TopP = Some 1.5 }
                        BabbleError.Lengths(0, 60), { few with MinLength = 0 }
                        BabbleError.Lengths(61, 60), { few with MinLength = 61 }
                        BabbleError.StartTooLong(10, 9),
                        { few with
                            Start = Some start
                            MaxLength = 9
                        }
                        BabbleError.NoLetters, { few with Letters = "" }
                        BabbleError.Letter 'B', { few with Letters = "ACB" }
                        BabbleError.RepeatedLetter 'A', { few with Letters = "ACA" }
                    ] do
                    Assert.equal expected (refusal options)

                let nan = refusal { few with Temperature = nan }
                Assert.equal "the temperature is NaN: it must be 0 or more" nan.Message

            testCase "the header has the number from 1, the log-likelihood, the length and the end"
            <| fun () ->
                let babbled =
                    {
                        Index = 11
                        Sequence = start
                        LogLikelihood = -31.25
                        EndsByStop = true
                    }

                Assert.equal
                    "babble-12 log_likelihood=-31.2500 length=10 end=stop"
                    (Babble.header babbled)
        ]
