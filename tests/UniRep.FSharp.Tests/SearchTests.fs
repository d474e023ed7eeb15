module UniRep.Tests.SearchTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Training
open UniRep.Tests.TrainingExamples
open Expecto
open UniRep.Testing

let private trial round number loss =
    {
        Round = round
        Trial = number
        LearningRate = 0.001 * float number
        Epochs = 2
        BestEpoch = 1
        Loss = loss
        Seconds = 0.5
    }

let private log =
    [ trial 1 1 (Some 2.5); trial 1 2 None; trial 2 1 (Some 2.25) ]
    |> List.map TrialLog.write
    |> String.concat ""

let private split: DataSplit =
    let corpus = family 12 30 1UL |> List.map Golden.parse |> Corpus.ofSequences
    let select indices = { Corpus = corpus; Indices = indices }

    {
        Training = select [| 0..9 |]
        Validation = Some(select [| 10; 11 |])
        OutOfDomain = None
    }

let private epochs (options: TrainingOptions) loss =
    [
        for epoch in 0 .. options.Epochs ->
            {
                Epoch = epoch
                Step = 0L
                TrainLoss = None
                ValidationLoss = Some(if epoch = 0 then 3.0 else loss)
                OutOfDomainLoss = None
                IsBest = true
                Tokens = 0L
                Seconds = 0.0
            }
    ]

let private choose diverges =
    let seen = ResizeArray()

    let found =
        Search.choose
            { quick with Epochs = 4 }
            { Trials = 4; Folds = 0 }
            0.01
            split
            []
            seen.Add
            (fun _ options _ ->
                let rate = options.LearningRate.Value
                // The higher the better, were it not for those that diverge.
                if diverges rate then
                    None
                else
                    Some(epochs options (2.0 - rate)))

    found, List.ofSeq seen

let private searching folder search =
    { request folder quick with
        Search = Some search
    }

[<Tests>]
let tests =
    testList
        "SearchTests"
        [
            testCase "a log of trials comes back as it was written, a diverged trial as null"
            <| fun () ->
                Assert.contains "\"Loss\":null" log

                match TrialLog.read log with
                | Ok(trials, whole) ->
                    Assert.equal [ Some 2.5; None; Some 2.25 ] (trials |> List.map _.Loss)
                    Assert.equal log whole
                | Error error -> failtest $"{error}"

            testCase "a log that was cut anywhere loses no more than its last line"
            <| fun () ->
                let ends =
                    [
                        for at in 0 .. log.Length - 1 do
                            if log[at] = '\n' then
                                at
                    ]

                for length in 0 .. log.Length do
                    // A line is whole with its brace, even if the line end behind it is missing.
                    let expected = ends |> List.filter (fun at -> at <= length) |> List.length

                    match TrialLog.read log[.. length - 1] with
                    | Ok(trials, whole) ->
                        Assert.equal expected trials.Length
                        Assert.equal (trials |> List.map TrialLog.write |> String.concat "") whole
                    | Error error -> failtest $"{length}: {error}"

            testTheory
                "a bad line before the last is told"
                [
                    "oops"
                    "{}"
                    "null"
                    "{\"Round\":1,\"Trial\":1,\"LearningRate\":-1,\"Epochs\":2,\"BestEpoch\":1,\"Loss\":2,\"Seconds\":1}"
                    "{\"Round\":0,\"Trial\":1,\"LearningRate\":1,\"Epochs\":2,\"BestEpoch\":1,\"Loss\":2,\"Seconds\":1}"
                ]
            <| fun line ->
                match TrialLog.read (line + "\n" + log) with
                | Error(1, _) -> ()
                | other -> failtest $"{other}"

            testCase "a rate that diverges is recorded as such and never wins"
            <| fun () ->
                let rates = Search.rates quick.Seed 4 0.01
                let limit = List.max rates
                let found, seen = choose (fun rate -> rate >= limit)

                match found with
                | Ok winner ->
                    Assert.equal
                        (rates |> List.filter (fun rate -> rate < limit) |> List.max)
                        winner.LearningRate
                | Error round -> failtest $"{round}"

                Assert.equal
                    [ None ]
                    (seen
                     |> List.filter (fun trial -> trial.LearningRate = limit)
                     |> List.map _.Loss)

            testCase "a search all of whose rates diverge is an error"
            <| fun () ->
                match choose (fun _ -> true) with
                | Error 1, seen -> Assert.equal 4 seen.Length
                | other -> failtest $"{other}"

            testCase
                "a search over files all of whose rates diverge is an error, and again when resumed"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"

                let request =
                    { searching folder { Trials = 2; Folds = 0 } with
                        Options =
                            { quick with
                                LearningRate = Some 1e25
                                WarmUp = 0
                            }
                    }

                match errorOf request out with
                | TrainingError.SearchDiverged 1 -> ()
                | other -> failtest $"{other}"

                match
                    EvoTuning.resume
                        Cpu.automatic
                        id
                        false
                        out
                        1e9
                        EvoTuning.silent
                        CancellationToken.None
                with
                | Error(TrainingError.SearchDiverged 1) -> ()
                | other -> failtest $"{other}"

            testCase "a search resumed with a log that was cut ends at the same bits"
            <| fun () ->
                use folder = new TestFolder()
                let whole, parted = folder.Path "whole", folder.Path "parted"
                let request = searching folder { Trials = 2; Folds = 2 }
                run request whole |> ignore
                let mutable trials = 0

                let observer =
                    { EvoTuning.silent with
                        OnTrial =
                            fun _ ->
                                trials <- trials + 1

                                if trials = 2 then
                                    raise (TimeoutException())
                    }

                Assert.throws<TimeoutException>(fun () ->
                    EvoTuning.run Cpu.automatic request parted 1e9 observer CancellationToken.None
                    |> ignore)
                |> ignore

                let path = Path.Combine(parted, "search.jsonl")
                let text = File.ReadAllText path
                File.WriteAllText(path, text[.. text.Length - 30])

                finish parted

                Assert.equal (model whole) (model parted)
                Assert.equal 3 (File.ReadAllLines(path).Length)

            testCase
                "a search without anything to validate with, or with more folds than sequences, cannot begin"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                let one = write folder "one.fasta" [ "MKTAYIAKQR" ]

                match
                    errorOf
                        { searching folder { Trials = 2; Folds = 0 } with
                            Sequences = [ one ]
                        }
                        out
                with
                | TrainingError.NoValidationSet -> ()
                | other -> failtest $"{other}"

                match errorOf (searching folder { Trials = 2; Folds = 33 }) out with
                | TrainingError.TooManyFolds(33, 32) -> ()
                | other -> failtest $"{other}"

                Assert.isFalse (Directory.Exists out)
        ]
