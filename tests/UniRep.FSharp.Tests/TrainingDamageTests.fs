module UniRep.Tests.TrainingDamageTests

open System
open System.IO
open System.Text.RegularExpressions
open System.Threading
open UniRep
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Compute
open UniRep.Tests.TrainingExamples
open Expecto
open UniRep.Testing

let private resume folder =
    EvoTuning.resume Cpu.automatic id false folder 1e9 EvoTuning.silent CancellationToken.None

let private short = { quick with Epochs = 1 }

let private fileOf folder name = Path.Combine(folder, name)

/// What is damaged when a training is resumed.
let private damagedBy folder =
    match resume folder with
    | Error(TrainingError.Damaged(path, reason)) -> string (Path.GetFileName path), reason
    | other -> invalidOp $"{other}"

[<Tests>]
let tests =
    testList
        "TrainingDamageTests"
        [
            testCase "a training.json that is cut anywhere is damaged"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                run (request folder short) out |> ignore
                let path = fileOf out "training.json"
                let text = File.ReadAllText path

                for length in [ 0; 1; 2 ] @ [ 10..37 .. text.Length - 2 ] do
                    File.WriteAllText(path, text[.. length - 1])
                    Assert.equal "training.json" (fst (damagedBy out))

            testTheory
                "a training.json that is not what was written is damaged"
                [
                    "\"epochs\": 1,", ""
                    "\"epochs\": 1,", "\"epochs\": 1.5,"
                    "\"epochs\": 1,", "\"epochs\": 99999999999,"
                    "\"epochs\": 1,", "\"epochs\": null,"
                    "\"epochs\": 1,", "\"epochs\": 1, \"more\": 2,"
                    "\"schedule\": \"cosine\"", "\"schedule\": \"sine\""
                    "\"schedule\": \"cosine\"", "\"schedule\": 7"
                    "\"mean\": \"PerToken\"", "\"mean\": 7"
                    "\"holdOut\": []", "\"holdOut\": [null]"
                    "\"holdOut\": []", "\"holdOut\": null"
                    "\"weights\": null", "\"weights\": \"open-256\""
                    "\"units\": 20,", ""
                ]
            <| fun (part: string, other: string) ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                run (request folder short) out |> ignore
                let path = fileOf out "training.json"
                let text = File.ReadAllText path
                Assert.contains part text
                File.WriteAllText(path, text.Replace(part, other))
                Assert.equal "training.json" (fst (damagedBy out))

            testTheory
                "an absurd training.json is refused by the option"
                [
                    "\"epochs\": 1,", "\"epochs\": -5,", "epochs"
                    "\"batchTokens\": 200,", "\"batchTokens\": 0,", "batch tokens"
                    "\"units\": 20,", "\"units\": 2000000000,", "units"
                    "\"holdOut\": 0.2,", "\"holdOut\": \"NaN\",", "validation fraction"
                ]
            <| fun (part: string, other: string, option) ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                run (request folder short) out |> ignore
                let path = fileOf out "training.json"
                let text = File.ReadAllText path
                Assert.contains part text
                File.WriteAllText(path, text.Replace(part, other))

                match resume out with
                | Error(TrainingError.InvalidOptions errors) ->
                    Assert.isTrue (
                        errors
                        |> Seq.exists (fun (error: TrainingOptionsError) ->
                            error.Message.StartsWith $"{option}: ")
                    )
                | other -> failtest $"{other}"

            testCase "a training.json without digests does not vouch for other sequences"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                run (request folder short) out |> ignore
                let path = fileOf out "training.json"
                let text = File.ReadAllText path
                let changed = Regex.Replace(text, "\"digests\": \\{[^}]*\\}", "\"digests\": {}")
                Assert.notEqual text changed
                File.WriteAllText(path, changed)

                match resume out with
                | Error(TrainingError.Changed _) -> ()
                | other -> failtest $"{other}"

            testCase "a best model that is gone or damaged is told, not replaced by another"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                run (request folder short) out |> ignore
                let path = fileOf out "model.safetensors"
                let bytes = File.ReadAllBytes path
                File.Delete path
                let name, reason = damagedBy out
                Assert.equal "model.safetensors" name
                Assert.contains "gone" reason
                File.WriteAllBytes(path, bytes[.. bytes.Length / 2])
                Assert.equal "model.safetensors" (fst (damagedBy out))
                File.WriteAllBytes(path, bytes)
                resume out |> done' |> ignore

            testCase "a start model that is gone is told"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                let start = folder.Path "start.safetensors"

                match WeightFile.save start (Waves.weights 12 1) with
                | Ok() -> ()
                | Error error -> invalidOp error.Message

                let request =
                    { request folder short with
                        Start = StartModel.Weights start
                    }

                run request out |> ignore
                File.Delete start

                match resume out with
                | Error(TrainingError.StartModel _) -> ()
                | other -> failtest $"{other}"

            testCase "a checkpoint of another model is refused"
            <| fun () ->
                use folder = new TestFolder()
                let one, other = folder.Path "one", folder.Path "other"
                let request = request folder short
                run request one |> ignore

                let shape = (MlstmShape(12, 1, 10))

                run
                    { request with
                        Start = StartModel.Random shape
                    }
                    other
                |> ignore

                File.Copy(
                    fileOf other "checkpoint.safetensors",
                    fileOf one "checkpoint.safetensors",
                    true
                )

                match resume one with
                | Error(TrainingError.Changed what) -> Assert.contains "checkpoint.safetensors" what
                | other -> failtest $"{other}"

            testCase "metrics that lost rows are told, and training continues to the same model"
            <| fun () ->
                use folder = new TestFolder()
                let whole, parted = folder.Path "whole", folder.Path "parted"
                run (request folder quick) whole |> ignore
                use stopping = new CancellationTokenSource()
                let observer = after 9 stopping.Cancel

                EvoTuning.run
                    Cpu.automatic
                    (request folder quick)
                    parted
                    1e9
                    observer
                    stopping.Token
                |> done'
                |> ignore

                let lines = File.ReadAllLines(fileOf parted "metrics.jsonl")
                // Three whole rows, and one that was cut off.
                File.WriteAllText(
                    fileOf parted "metrics.jsonl",
                    String.concat "\n" lines[..2] + "\n" + lines[3][..10]
                )

                let mutable warnings = []

                let observer =
                    { EvoTuning.silent with
                        OnPlan = fun plan -> warnings <- plan.Warnings
                    }

                EvoTuning.resume Cpu.automatic id false parted 1e9 observer CancellationToken.None
                |> done'
                |> ignore

                Assert.contains $"{lines.Length - 3} rows" (Assert.single warnings)
                Assert.equal (model whole) (model parted)
                let rows = rows parted

                Assert.equal
                    (rows.Length - 1)
                    (File.ReadAllLines(fileOf parted "metrics.jsonl").Length)
        ]
