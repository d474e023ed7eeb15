namespace UniRep.Training

open System
open System.IO
open UniRep
open UniRep.IO

/// Files of sequences, and streams that stand for files: standard input, pipes and devices, which can be read only once.
[<RequireQualifiedAccess>]
module internal TrainingSource =
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

    let private openStream path : Stream =
        if path = standardInput then
            Console.OpenStandardInput()
        else
            File.OpenRead path

    /// Reads records of a file or a stream.
    let read (options: InputOptions) path =
        if not (isStream path) then
            SequenceFile.read options path
        else
            seq {
                let name = if path = standardInput then "standard input" else path

                match
                    (try
                        Ok(openStream path)
                     with
                     | :? IOException as error -> Error(InputError.CannotRead(name, error.Message))
                     | :? UnauthorizedAccessException as error ->
                         Error(InputError.CannotRead(name, error.Message)))
                with
                | Error error -> yield Error error
                | Ok stream ->
                    use stream = stream

                    yield!
                        SequenceFile.readStream
                            { options with
                                Format =
                                    options.Format |> Option.orElse (SequenceFile.formatOf path)
                            }
                            name
                            stream
            }

    /// How the files that `keep` writes are read: as they are, whatever the request says of others.
    let asKept (request: TrainingRequest) =
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
