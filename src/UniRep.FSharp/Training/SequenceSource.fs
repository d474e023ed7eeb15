namespace UniRep.Training

open System
open System.IO
open UniRep
open UniRep.IO

/// Files of sequences, and streams that stand for files: standard input, pipes and devices, which can be read only once.
[<RequireQualifiedAccess>]
module internal SequenceSource =
    let standardInput = "-"

    let private isDevice (path: string) =
        [ "/dev/"; "/proc/" ]
        |> List.exists (fun root -> path.StartsWith(root, StringComparison.Ordinal))

    /// A pipe has a name, but no length.
    let private isPipe (path: string) =
        try
            let file = FileInfo path

            match file.ResolveLinkTarget true with
            | :? FileInfo as target -> target.Exists && target.Length = 0L
            | _ -> file.Exists && file.Length = 0L
        with
        | :? IOException
        | :? UnauthorizedAccessException
        | :? ArgumentException -> false

    /// Tells whether a path can be read only once.
    let isStream path =
        path = standardInput || isDevice path || isPipe path

    /// Turns a failure to read into an error, after which nothing more is read.
    let private guarded name (records: Result<SequenceRecord, InputError> seq) =
        seq {
            use items = records.GetEnumerator()
            let mutable goesOn = true

            while goesOn do
                match
                    (try
                        if items.MoveNext() then Some items.Current else None
                     with
                     | :? FileNotFoundException
                     | :? DirectoryNotFoundException -> Some(Error(InputError.NotFound name))
                     | :? IOException
                     | :? UnauthorizedAccessException as error ->
                         Some(Error(InputError.CannotRead(name, FileFailure.reasonOf error))))
                with
                | None -> goesOn <- false
                | Some item ->
                    yield item

                    match item with
                    | Error(InputError.CannotRead _ | InputError.NotFound _) -> goesOn <- false
                    | _ -> ()
        }

    let private readStream (options: InputOptions) path name =
        seq {
            use stream: Stream =
                if path = standardInput then
                    Console.OpenStandardInput()
                else
                    File.OpenRead path

            yield!
                SequenceFile.readStream
                    { options with
                        Format = options.Format |> Option.orElse (SequenceFile.formatOf path)
                    }
                    name
                    stream
        }

    /// A file or a stream as messages name it.
    let nameOf path =
        if path = standardInput then "standard input" else path

    /// Reads records of a file or a stream.
    let read (options: InputOptions) path =
        let name = nameOf path

        (if isStream path then
             readStream options path name
         else
             SequenceFile.read options path)
        |> guarded name

    /// Changes a request so that it reads the files that `write` writes.
    let ofWritten (request: TrainingRequest) =
        { request with
            Reading =
                { SequenceFile.defaults with
                    Format = Some InputFormat.Fasta
                }
            Filter =
                { Corpus.everything with
                    KeepDuplicates = true
                }
        }

    /// Writes a corpus as FASTA, numbered from 1.
    let write (writer: TextWriter) (corpus: Corpus) =
        for index in 0 .. corpus.Count - 1 do
            writer.Write $">{index + 1}\n"

            for token in (corpus.Tokens index).ToArray() do
                writer.Write(Residue.letter token)

            writer.Write '\n'
