module UniRep.Design.Tests.BabbleTests

open System
open System.Threading
open UniRep
open UniRep.Compute
open UniRep.Design
open UniRep.ModelFiles
open Expecto
open UniRep.Testing

let private sequence text = Sequence.parse text |> Result.orRaise

let private model = lazy UniRep.model ()

/// The default model with options of its own.
let private modelWith backend =
    Model.load backend WeightCatalog.defaultName |> Result.orRaise

let private few =
    { BabbleOptions.defaults with
        Count = 40
        Seed = 7UL
        MaxLength = 60
    }

let private sampleFrom model options =
    Babble.sample RunOptions.none model options |> Result.orRaise |> List.ofSeq

let private sample options = sampleFrom model.Value options

let private letters (results: Babbled list) = results |> List.map _.Sequence.Letters

/// Probabilities of the letters and of stop (*) after a beginning, among those that may be drawn.
let private probabilities (logits: float32[]) temperature (drawn: string) =
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

let private chiSquare count (expected: (char * float) list) (found: char list) =
    let counts = found |> List.countBy id |> Map.ofList

    expected
    |> List.sumBy (fun (letter, probability) ->
        let wanted = probability * float count
        let real = counts |> Map.tryFind letter |> Option.defaultValue 0 |> float
        (real - wanted) * (real - wanted) / wanted)

/// The first letter after a start, or * where the sequence ends there.
let private firstAfter (start: Sequence) (result: Babbled) =
    if result.Sequence.Length > start.Length then
        result.Sequence.Letters[start.Length]
    else
        '*'

let private start = sequence "MKTAYIAKQR"

let private afterStart = lazy (Model.logits model.Value start)[start.Length, *]

let private manyAfterStart =
    { BabbleOptions.defaults with
        Count = 20_000
        Seed = 3UL
        Start = Some start
        MaxLength = start.Length + 1
    }

/// A backend that takes whole runs only.
let private wholeRuns =
    { Cpu.automatic with
        Infer =
            fun weights ->
                Cpu.automatic.Infer weights
                |> Result.map (fun runner -> { runner with BeginStepwise = None })
    }

[<Tests>]
let tests =
    testList
        "Babble"
        [
            testCase "first steps are as frequent as the model's probabilities, without a start"
            <| fun () ->
                // Of the logits after the start token, which those before any residue are.
                let logits = (Model.logits model.Value (sequence "M"))[0, *]
                let expected = probabilities logits 1.0 BabbleOptions.defaults.Letters

                let found =
                    sample
                        { BabbleOptions.defaults with
                            Count = 20_000
                            MaxLength = 1
                        }

                // 19 degrees of freedom: 43.8 is exceeded once in 1,000 seeds.
                Assert.isTrue (
                    chiSquare 20_000 expected (found |> List.map _.Sequence.Letters[0]) < 43.8
                )

            for temperature in [ 1.0; 0.7; 1.5 ] do
                testCase
                    $"first steps after a start are as frequent as probabilities at temperature {temperature}"
                <| fun () ->
                    let expected =
                        probabilities
                            afterStart.Value
                            temperature
                            (BabbleOptions.defaults.Letters + "*")

                    let found =
                        sample
                            { manyAfterStart with
                                Temperature = temperature
                            }
                        |> List.map (firstAfter start)

                    // 20 degrees of freedom.
                    Assert.isTrue (chiSquare 20_000 expected found < 45.3)

            testCase "top-k draws from the most probable tokens only, as often as they are probable"
            <| fun () ->
                let best =
                    probabilities afterStart.Value 1.0 (BabbleOptions.defaults.Letters + "*")
                    |> List.sortByDescending snd
                    |> List.truncate 4

                let total = List.sumBy snd best
                let expected = best |> List.map (fun (letter, p) -> letter, p / total)

                let found =
                    sample { manyAfterStart with TopK = Some 4 } |> List.map (firstAfter start)

                Assert.equal (Set.ofList (List.map fst best)) (Set.ofList found)
                // 3 degrees of freedom.
                Assert.isTrue (chiSquare 20_000 expected found < 16.3)

            testCase "top-p draws from the fewest tokens that have the probability together"
            <| fun () ->
                let sorted =
                    probabilities afterStart.Value 1.0 (BabbleOptions.defaults.Letters + "*")
                    |> List.sortByDescending snd

                let sums = sorted |> List.map snd |> List.scan (+) 0.0

                let wanted =
                    List.zip sorted (List.take sorted.Length sums)
                    |> List.filter (fun (_, before) -> before < 0.5)
                    |> List.map (fst >> fst)

                let found =
                    sample { manyAfterStart with TopP = Some 0.5 } |> List.map (firstAfter start)

                Assert.isTrue (wanted.Length > 1)
                Assert.equal (Set.ofList wanted) (Set.ofList found)

            for name, options in
                [
                    "temperature 0", { few with Temperature = 0.0 }
                    "a temperature close to 0", { few with Temperature = 1e-6 }
                    "top-k 1", { few with TopK = Some 1 }
                    "a tiny top-p", { few with TopP = Some 1e-9 }
                ] do
                testCase $"{name} takes the most probable token always"
                <| fun () ->
                    let next (residues: string) =
                        let logits =
                            match residues with
                            | "" -> (Model.logits model.Value (sequence "M"))[0, *]
                            | residues ->
                                (Model.logits model.Value (sequence residues))[residues.Length, *]

                        let drawn =
                            BabbleOptions.defaults.Letters + (if residues = "" then "" else "*")

                        probabilities logits 1.0 drawn |> List.maxBy snd |> fst

                    let rec grow (residues: string) =
                        if residues.Length = 12 then
                            residues
                        else
                            match next residues with
                            | '*' -> residues
                            | letter -> grow (residues + string letter)

                    let expected = grow ""

                    let found =
                        sample
                            { options with
                                Count = 3
                                MaxLength = 12
                            }

                    Assert.equal (List.replicate 3 expected) (letters found)

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
