/// Trainings that an older version began.
module UniRep.Tests.OlderFilesTests

open System
open System.IO
open System.Text
open System.Threading
open UniRep
open UniRep.Training
open UniRep.Tests.TrainingExamples
open Expecto
open UniRep.Testing

let private change path (replacements: (string * string) list) =
    let text = File.ReadAllText path

    let changed =
        List.fold
            (fun (text: string) (newer: string, older: string) -> text.Replace(newer, older))
            text
            replacements

    Assert.notEqual text changed
    File.WriteAllText(path, changed)

/// The folder of a training with a validation set.
let private trained (folder: TestFolder) =
    let out = folder.Path "out"
    run (request folder { quick with Epochs = 1 }) out |> ignore
    out

[<Tests>]
let tests =
    testList
        "OlderFilesTests"
        [
            testCase
                "a training of an older version resumes to the same bits, and its metrics keep their columns"
            <| fun () ->
                use folder = new TestFolder()
                let whole, parted = folder.Path "whole", folder.Path "parted"
                let validation = write folder "validation.fasta" (family 5 30 9UL)

                let request =
                    { request folder quick with
                        Validation = [ validation ]
                    }

                run request whole |> ignore
                use stopping = new CancellationTokenSource()
                let observer = after 9 stopping.Cancel

                EvoTuning.run Cpu.automatic request parted 1e9 observer stopping.Token
                |> done'
                |> ignore

                let fileOf name = Path.Combine(parted, name)
                let older = [ "validation_loss", "hold_out_loss" ]
                change (fileOf "metrics.csv") older
                change (fileOf "metrics.jsonl") older

                change
                    (fileOf "training.json")
                    [
                        "the training set", "the set of sequences to train on"
                        "the validation set", "the hold-out"
                        "the start model", "the model to begin with"
                    ]

                finish parted

                Assert.equal (model whole) (model parted)

                Assert.equal
                    (rows whole
                     |> Array.map (fun row -> row.Replace("validation_loss", "hold_out_loss")))
                    (rows parted)

                Assert.doesNotContain "validation_loss" (File.ReadAllText(fileOf "metrics.jsonl"))

            testCase
                "a training that did not write down its learning rate resumes with the default of that version"
            <| fun () ->
                use folder = new TestFolder()
                let whole, parted = folder.Path "whole", folder.Path "parted"

                let withRate rate =
                    request folder { quick with LearningRate = rate }

                // The model has 20 units.
                let rate = Some(0.032 / 20.0)
                run (withRate rate) whole |> ignore
                use stopping = new CancellationTokenSource()
                let observer = after 9 stopping.Cancel

                EvoTuning.run Cpu.automatic (withRate rate) parted 1e9 observer stopping.Token
                |> done'
                |> ignore

                change
                    (Path.Combine(parted, "training.json"))
                    [ "\"learningRate\": 0.0016", "\"learningRate\": null" ]

                finish parted
                Assert.equal (model whole) (model parted)

            testCase "the default learning rate is written down"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"

                run
                    (request
                        folder
                        { quick with
                            Epochs = 1
                            LearningRate = None
                        })
                    out
                |> ignore

                Assert.contains
                    "\"learningRate\": 0.0005"
                    (File.ReadAllText(Path.Combine(out, "training.json")))

            testCase "the metrics of a new training have a column for the validation loss"
            <| fun () ->
                use folder = new TestFolder()
                let out = trained folder

                Assert.equal
                    "kind,epoch,batch,step,loss,validation_loss,out_of_domain_loss,is_best,gradient_norm,learning_rate,tokens"
                    ((rows out)[0])

            testCase "checkpoint and request keep the names of the first version"
            <| fun () ->
                use folder = new TestFolder()
                let out = trained folder
                let bytes = File.ReadAllBytes(Path.Combine(out, "checkpoint.safetensors"))
                let length = int (BitConverter.ToInt64(bytes, 0))
                let header = Encoding.UTF8.GetString(bytes, 8, length)
                Assert.contains "HoldOutLoss" header
                Assert.doesNotContain "ValidationLoss" header
                let request = File.ReadAllText(Path.Combine(out, "training.json"))
                Assert.contains "\"holdOut\": []" request
                Assert.contains "\"holdOut\": 0.2" request
        ]
