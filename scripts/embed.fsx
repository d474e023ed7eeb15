// Computes the representations of sequences as a stream, in bounded memory.
// Usage: dotnet fsi scripts/embed.fsx SEQUENCES OUTPUT [--weights NAME_OR_PATH] [--pool average|final|cell|fusion]
// SEQUENCES is a FASTA file, an alignment (.a2m), a list (.txt) or a table (.csv, .tsv), gzipped or not. OUTPUT is .npz, .npy,
// .csv, .tsv, .jsonl or .safetensors and is not overwritten. Shows how to connect a source, the engine and a writer by hand;
// `unirep embed` does the same with more options.
#load "../artifacts/local-feed.fsx" "prelude.fsx"

open System
open System.Collections.Concurrent
open System.Threading
open UniRep
open UniRep.IO
open UniRep.Compute
open Prelude

let command = commandLine 2 [ "--weights"; "--pool" ]
let output = command[1]

let pool =
    let name = defaultArg (command.Option "--pool") "average"

    match Pool.all |> List.tryFind (fun pool -> pool.Name = name) with
    | Some pool -> pool
    | None -> showUsage (Some $"--pool {name}: there are average, final, cell and fusion")

let format =
    match RepFile.formatOf output with
    | Some format -> format
    | None -> stop (UnknownOutputFormat output).Message

// A first pass tells whether every record can be read, before hours are spent on them.
let read () =
    SequenceFile.read SequenceFile.defaults command[0]
    |> Seq.map orStop

let residues = read () |> Seq.sumBy (fun record -> int64 record.Sequence.Length)
let model = loadModel (command.Option "--weights")

let writer =
    RepFile.create (Some output) IO.Stream.Null format (Pooled [ pool ]) model.Shape.Units false
    |> orStop

// Results come in the order of the input, so the first id under way is the one that a result is of.
let ids = ConcurrentQueue<string>()
let records = read().GetEnumerator()

let source =
    { new ISequenceSource with
        member _.TryRead tokens =
            if records.MoveNext() then
                ids.Enqueue records.Current.Id
                tokens <- records.Current.Sequence.Tokens
                true
            else
                false
    }

let sink =
    { new ISequenceSink with
        member _.Write(result: inref<SequenceOutput>) =
            let _, id = ids.TryDequeue()
            writer.Write(id, &result)
    }

let progress =
    { new IProgress<int64> with
        member _.Report done' = eprintf $"\r{100L * done' / residues} %% of {residues:N0} residues"
    }

try
    model.Run(source, sink, Outputs.Vectors, Some progress, CancellationToken.None)
    writer.Complete "{}"
    eprintfn $" -> {output}"
with :? IO.IOException as error ->
    writer.Close()
    stop $"{output}: cannot be written: {error.Message}"
