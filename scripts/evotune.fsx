// Fine-tunes a model on homologous sequences and prints the loss of each epoch.
// Usage: dotnet fsi scripts/evotune.fsx HOMOLOGS FOLDER [--weights NAME_OR_PATH] [--epochs N] [--seed N]
// FOLDER receives model.safetensors, which every --weights takes, checkpoints, metrics and loss.svg; it must not contain them yet.
// A tenth of the homologs is the validation set. `unirep evotune` does the same, resumes, and has more options.
#load "../artifacts/local-feed.fsx" "prelude.fsx"

open System.Threading
open UniRep
open UniRep.ModelFiles
open UniRep.Training
open Prelude

let command = commandLine 2 [ "--weights"; "--epochs"; "--seed" ]
let folder = command[1]
let usual = TrainingRequest.evotune [ command[0] ]

let request =
    { usual with
        Start = StartModel.Weights(defaultArg (command.Option "--weights") WeightCatalog.defaultName)
        Options =
            { usual.Options with
                Epochs = command.Number("--epochs", usual.Options.Epochs, 1)
                Seed = uint64 (command.Number("--seed", int usual.Options.Seed, 0))
            }
    }

let loss = Option.map (sprintf "%.4f") >> Option.defaultValue "-"

let observer =
    { EvoTuning.silent with
        OnPlan =
            fun plan ->
                List.iter (eprintfn "warning: %s") plan.Warnings
                printfn $"{plan.Sequences} training sequences, {plan.ValidationSequences} for validation"
                printfn "epoch\ttraining\tvalidation (nats per residue)"
        OnEpoch =
            fun report ->
                printfn $"{report.Epoch}\t{loss report.TrainLoss}\t{loss report.ValidationLoss}"
    }

// Ctrl-C saves a checkpoint; `unirep evotune --resume -o FOLDER` resumes from it.
let cancellation = new CancellationTokenSource()

System.Console.CancelKeyPress.Add(fun pressed ->
    pressed.Cancel <- true
    cancellation.Cancel())

let tuned =
    EvoTuning.run Cpu.automatic request folder 300.0 observer cancellation.Token
    |> orStop

match tuned.StopReason with
| StopReason.Interrupted -> stop $"interrupted; continue with: unirep evotune --resume -o {folder}"
| _ when not tuned.IsImproved ->
    stop
        $"no epoch improved the model: {folder}/model.safetensors is the start model"
| _ -> printfn $"{folder}/model.safetensors: the best model, after epoch {tuned.BestEpoch}"
