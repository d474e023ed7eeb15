/// Trainings on alignments without close relatives.
module UniRep.Tests.CloseRelativesTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.IO
open UniRep.Training
open UniRep.Tests.TrainingExamples
open Expecto
open UniRep.Testing

/// Twelve unlike rows of 30 columns, each followed by three that differ from it in one to three columns, and one that is
/// a part of it.
let private alignment =
    let random = SplitMix 5UL
    let letters = "ACDEFGHIKLMNPQRSTVWY"

    [
        for _ in 1..12 do
            let row = Array.init 30 (fun _ -> letters[random.Below 20])
            String row

            for changes in [ 1; 2; 3 ] do
                let relative = Array.copy row

                for at in 1..changes do
                    relative[9 * at] <- if row[9 * at] = 'A' then 'C' else 'A'

                String relative

            String('-', 20) + String row[20..]
    ]

let private withLimit limit (folder: TestFolder) options =
    let request =
        { request folder options with
            Sequences = [ write folder "family.a3m" alignment ]
        }

    { request with
        TrainingRequest.Filter.MaxIdentity = limit
    }

let private planned request folder =
    let mutable plan = None

    let observer =
        { EvoTuning.silent with
            OnPlan = fun given -> plan <- Some given
        }

    EvoTuning.run Cpu.automatic request folder 1e9 observer CancellationToken.None
    |> done'
    |> ignore

    plan.Value

/// Stops a training after three batches.
let private part request folder =
    use stopping = new CancellationTokenSource()

    EvoTuning.run Cpu.automatic request folder 1e9 (after 3 stopping.Cancel) stopping.Token
    |> done'
    |> ignore

let private change folder (before: string) (after: string) =
    let path = Path.Combine(folder, "training.json")
    let text = File.ReadAllText path
    Assert.contains before text
    File.WriteAllText(path, text.Replace(before, after))

[<Tests>]
let tests =
    testList
        "CloseRelativesTests"
        [
            testCase "close relatives are left out before the validation set is split off"
            <| fun () ->
                use folder = new TestFolder()
                let plan = planned (withLimit (Some 0.8) folder quick) (folder.Path "out")
                Assert.equal 12 (plan.Sequences + plan.ValidationSequences)
                Assert.equal 2 plan.ValidationSequences

                Assert.equal
                    (Some
                        {
                            Limit = 0.8
                            Rows = 60L
                            Remaining = 12L
                        })
                    plan.Identity

                let all = planned (withLimit None folder quick) (folder.Path "all")
                Assert.equal 60 (all.Sequences + all.ValidationSequences)
                Assert.equal None all.Identity

            testCase "the log of a training tells what remains"
            <| fun () ->
                use folder = new TestFolder()
                use writer = new StringWriter()

                EvoTuning.run
                    Cpu.automatic
                    (withLimit (Some 0.8) folder { quick with Epochs = 1 })
                    (folder.Path "out")
                    1e9
                    (EvoTuning.printTo writer)
                    CancellationToken.None
                |> done'
                |> ignore

                Assert.contains
                    "12 of 60 rows remain: the others are more than 80 % identical to one before"
                    (string writer)

            testCase "a validation set is read as it is, also where it is not aligned"
            <| fun () ->
                use folder = new TestFolder()

                let request =
                    { withLimit (Some 0.8) folder quick with
                        Validation = [ write folder "v.fasta" [ "ACDEF"; "ACDEFG"; "ACDEFGH" ] ]
                        OutOfDomain = [ write folder "o.fasta" [ "WWWW"; "WWWWW" ] ]
                    }

                let plan = planned request (folder.Path "out")
                Assert.equal (12, 3) (plan.Sequences, plan.ValidationSequences)

            testCase "a search with folds takes the rows that remain"
            <| fun () ->
                use folder = new TestFolder()

                let search folds =
                    { withLimit (Some 0.8) folder { quick with Epochs = 1 } with
                        Search = Some { Trials = 1; Folds = folds }
                    }

                match errorOf (search 12) (folder.Path "many") with
                | TrainingError.TooManyFolds(12, 10) -> ()
                | other -> failtest other.Message

                Assert.equal 10 (planned (search 2) (folder.Path "out")).Sequences

            testCase "a resumed training leaves out the same rows, and ends in the same bits"
            <| fun () ->
                use folder = new TestFolder()
                let request = withLimit (Some 0.8) folder quick
                let whole, parted = folder.Path "whole", folder.Path "parted"
                run request whole |> ignore
                part request parted
                finish parted
                Assert.equal (model whole) (model parted)

            testTheory
                "a training resumes with no other limit"
                [ "0.8", "0.99"; "0.8", "null"; "0.8", "0.9" ]
            <| fun (before, after) ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                part (withLimit (Some 0.8) folder quick) out
                change out $"\"maxIdentity\": {before}" $"\"maxIdentity\": {after}"

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
                | Error(TrainingError.Changed "the training set") -> ()
                | other -> failtest $"{other}"

            testCase "a training that an older version wrote down keeps close relatives"
            <| fun () ->
                use folder = new TestFolder()
                let request = withLimit None folder quick
                let whole, parted = folder.Path "whole", folder.Path "parted"
                run request whole |> ignore
                part request parted
                let path = Path.Combine(parted, "training.json")

                let older =
                    File.ReadAllLines path
                    |> Array.filter (fun line -> not (line.Contains "\"maxIdentity\""))

                Assert.equal (older.Length + 1) (File.ReadAllLines path).Length
                File.WriteAllLines(path, older)
                finish parted
                Assert.equal (model whole) (model parted)

            testTheory "another limit is refused before anything is read" [ 0.0; 1.5; -1.0; nan ]
            <| fun limit ->
                use folder = new TestFolder()

                let request =
                    { withLimit (Some limit) folder quick with
                        Sequences = [ "nowhere.a3m" ]
                    }

                match errorOf request (folder.Path "out") with
                | TrainingError.InvalidOptions [ error ] ->
                    Assert.equal "maximal identity: must be above 0 and at most 1" error.Message
                | other -> failtest other.Message

            testCase "sequences that are not aligned stop a training before it begins"
            <| fun () ->
                use folder = new TestFolder()

                let request =
                    { withLimit (Some 0.8) folder quick with
                        Sequences = [ write folder "family.fasta" (family 40 30 1UL) ]
                    }

                match errorOf request (folder.Path "out") with
                | TrainingError.InvalidSequences [ InputError.NotAligned _ ] ->
                    Assert.isFalse (Directory.Exists(folder.Path "out"))
                | other -> failtest other.Message
        ]
