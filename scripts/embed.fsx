// Computes the representations of the sequences of a file, in bounded memory.
// Usage: dotnet fsi scripts/embed.fsx SEQUENCES OUTPUT [--weights NAME_OR_PATH] [--pool average|final|cell|fusion]
// SEQUENCES is a FASTA file, an alignment (.a2m, .sto), a list (.txt) or a table (.csv, .tsv), gzipped or not. OUTPUT is .npz, .npy,
// .csv, .tsv, .jsonl or .safetensors and is not overwritten. Every record is checked before anything is computed.
// `unirep embed` does the same with more options.
#load "../artifacts/local-feed.fsx" "prelude.fsx"

open System
open System.Threading
open UniRep
open UniRep.IO
open Prelude

let command = commandLine 2 [ "--weights"; "--pool" ]
let output = command[1]

let pool =
    let name = defaultArg (command.Option "--pool") "average"

    match Pool.all |> List.tryFind (fun pool -> pool.Name = name) with
    | Some pool -> pool
    | None -> showUsage (Some $"--pool {name}: there are average, final, cell and fusion")

let request =
    { (Embedding.request (EmbeddingInput.File command[0]) output |> orStop) with
        Content = OutputContent.Pooled [ pool ]
        Program = "scripts/embed.fsx"
    }

let input = Embedding.check CancellationToken.None request |> orStop
let residues = input.Summary |> Option.map _.Residues

let progress =
    { new IProgress<int64> with
        member _.Report count =
            match residues with
            | Some total -> eprintf $"\r{100L * count / total} %% of {total:N0} residues"
            | None -> eprintf $"\r{count:N0} residues"
    }

let options = { RunOptions.none with Progress = Some progress }
let model = loadModel (command.Option "--weights")
let summary = Embedding.run options Embedding.silent request model input |> orStop
eprintfn $" -> {output}"

for warning in summary.Input.Warnings @ summary.Warnings do
    eprintfn $"warning: {warning}"
