module UniRep.Design.Tests.EvolutionRunTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Charts
open UniRep.Design
open UniRep.Testing
open UniRep.Tests
open Expecto

let private wildType = "MKTAYIAKQRNGSL"

let private score (text: string) =
    float (text |> Seq.filter (fun letter -> letter = 'W' || letter = 'V') |> Seq.length)

let private options =
    { Toy.options with
        Steps = 200
        Temperature = Temperature.Adaptive(0.5, 0.9, 10)
    }

let private request folder resume : EvolutionRequest =
    {
        Plan = Toy.plan options wildType
        Inputs = [ "model", "abc" ]
        Folder = folder
        Resume = resume
        SaveEvery = 0.0
    }

let private run scorer request =
    EvolutionRun.run RunOptions.none scorer request

let private bytes folder =
    [ "run.json"; "state.json"; "accepted.csv" ]
    |> List.map (fun name -> File.ReadAllText(Path.Combine(folder, name)))

/// A scorer that calls an action with each batch, counted from 1.
let private watched action =
    let mutable batches = 0

    {
        Name = "toy"
        Score =
            fun _ sequences ->
                batches <- batches + 1
                action batches
                sequences |> Array.map (fun sequence -> score sequence.Letters)
    }

let private message result =
    match result with
    | Error(error: EvolutionRunError) -> error.Message
    | Ok _ -> ""

[<Tests>]
let tests =
    testList
        "EvolutionRun"
        [
            testCase "a cancelled run saves its state, and resumes to the same bits"
            <| fun () ->
                use folder = new TestFolder()
                let whole, parts = folder.Path "whole", folder.Path "parts"
                let expected = run (Toy.scorer score) (request whole false) |> Result.orRaise
                use cancellation = new CancellationTokenSource()

                let scorer =
                    watched (fun batch ->
                        if batch = 40 then
                            cancellation.Cancel())

                Assert.throws<OperationCanceledException>(fun () ->
                    EvolutionRun.run
                        (RunOptions.cancelledBy cancellation.Token)
                        scorer
                        (request parts false)
                    |> ignore)
                |> ignore

                let found = run (Toy.scorer score) (request parts true) |> Result.orRaise
                Assert.equal expected found
                Assert.equal (bytes whole) (bytes parts)

            testCase "a run that dies resumes from its last saved state to the same bits"
            <| fun () ->
                use folder = new TestFolder()
                let whole, parts = folder.Path "whole", folder.Path "parts"
                run (Toy.scorer score) (request whole false) |> Result.orRaise |> ignore

                let dying =
                    watched (fun batch ->
                        if batch = 40 then
                            invalidOp "dead")

                Assert.throws<InvalidOperationException>(fun () ->
                    run dying (request parts false) |> ignore)
                |> ignore

                File.AppendAllText(Path.Combine(parts, "accepted.csv"), "3,7,2.0,M1")
                run (Toy.scorer score) (request parts true) |> Result.orRaise |> ignore
                Assert.equal (bytes whole) (bytes parts)

            testCase "the file of accepted states gives the best designs and the picture"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "run"
                let population = run (Toy.scorer score) (request path false) |> Result.orRaise
                let plan = (request path false).Plan
                let designs = EvolutionRun.best 5 plan path |> Result.orRaise
                Assert.equal 5 designs.Length

                Assert.equal
                    (population.Chains |> Array.map _.BestScore |> Array.max)
                    designs[0].Score

                for design in designs do
                    Assert.equal (score design.Sequence.Letters) design.Score

                    Assert.equal
                        (Ok design.Sequence)
                        (Variant.apply 1 (Toy.sequence wildType) design.Variant)

                let svg = EvolutionRun.picture plan path |> Result.orRaise |> Chart.toSvg
                Assert.contains "median chain" svg

            testCase "a folder with a run is not begun anew, one without is not resumed"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "run"

                Assert.equal
                    $"{path}: holds no run to resume"
                    (message (run (Toy.scorer score) (request path true)))

                run (Toy.scorer score) (request path false) |> Result.orRaise |> ignore

                Assert.startsWith
                    $"{path}: holds the state of a run: resume it"
                    (message (run (Toy.scorer score) (request path false)))

            testCase "a run is resumed only with the settings and inputs that it was begun with"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "run"
                run (Toy.scorer score) (request path false) |> Result.orRaise |> ignore
                let again = request path true

                Assert.equal
                    $"{path}: the run was begun with another model: abc, now abd; a run is resumed as it was begun"
                    (message (
                        run
                            (Toy.scorer score)
                            { again with
                                Inputs = [ "model", "abd" ]
                            }
                    ))

                let seed = Toy.plan { options with Seed = 9UL } wildType

                Assert.startsWith
                    $"{path}: the run was begun with another seed: 3, now 9"
                    (message (run (Toy.scorer score) { again with Plan = seed }))

            testCase "files of the folder that were changed are refused by name and line"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "run"
                run (Toy.scorer score) (request path false) |> Result.orRaise |> ignore
                let plan = (request path false).Plan
                let accepted = Path.Combine(path, "accepted.csv")
                let lines = File.ReadAllLines accepted
                lines[4] <- "3,7,2.0,A1C"
                File.WriteAllLines(accepted, lines)

                Assert.startsWith
                    $"{accepted}, line 5: A1C: A is expected at residue 1 of the wild type, M is found"
                    (message (EvolutionRun.best 5 plan path))

                File.WriteAllText(accepted, "")

                Assert.startsWith
                    $"{accepted}, line 1: it is shorter than the state says"
                    (message (run (Toy.scorer score) (request path true)))

                let state = Path.Combine(path, "state.json")
                File.WriteAllText(state, "{")

                Assert.startsWith
                    $"{state}, line 1: it is not the JSON of a run"
                    (message (run (Toy.scorer score) (request path true)))

            testCase "two runs do not share a folder"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "run"
                run (Toy.scorer score) (request path false) |> Result.orRaise |> ignore

                use _ =
                    new FileStream(
                        Path.Combine(path, "accepted.csv"),
                        FileMode.Open,
                        FileAccess.Write,
                        FileShare.None
                    )

                Assert.equal
                    $"{path}: another run is writing it: wait until it ends"
                    (message (run (Toy.scorer score) (request path true)))
        ]
