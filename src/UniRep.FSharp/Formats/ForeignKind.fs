namespace UniRep.Formats

open System
open System.IO
open System.Text
open UniRep

/// What a file is that is no weights file.
[<RequireQualifiedAccess>]
type ForeignKind =
    | GitLfsPointer
    | WebPage
    | ZipArchive
    | GzipFile
    | Hdf5File
    | SingleArray
    | PlainText

[<RequireQualifiedAccess>]
module internal ForeignKind =
    /// The number of bytes that it takes.
    let private enough = 512

    let private beginnings =
        [
            "version https://git-lfs.github.com/spec/"B, ForeignKind.GitLfsPointer
            "PK\003\004"B, ForeignKind.ZipArchive
            [| 0x1Fuy; 0x8Buy |], ForeignKind.GzipFile
            Array.append [| 0x89uy |] "HDF"B, ForeignKind.Hdf5File
            Array.append [| 0x93uy |] "NUMPY"B, ForeignKind.SingleArray
        ]

    let private isText (first: byte[]) =
        first.Length > 0
        && first
           |> Array.forall (fun code ->
               code >= 32uy && code <> 127uy || code >= 9uy && code <= 13uy)

    /// The kind of a file by its first bytes.
    let ofBytes (first: byte[]) =
        match
            beginnings
            |> List.tryFind (fun (beginning, _) ->
                first.AsSpan().StartsWith(ReadOnlySpan beginning))
        with
        | Some(_, kind) -> Some kind
        | None when isText first ->
            if
                (Encoding.Latin1.GetString first)
                    .TrimStart('\u00EF', '\u00BB', '\u00BF')
                    .TrimStart()
                    .StartsWith
                    '<'
            then
                Some ForeignKind.WebPage
            else
                Some ForeignKind.PlainText
        | None -> None

    let firstBytes (path: string) =
        use stream = File.OpenRead path
        let first = Array.zeroCreate<byte> enough
        let count = stream.ReadAtLeast(first.AsSpan(), enough, throwOnEndOfStream = false)
        first[.. count - 1]

    let ofFile path = ofBytes (firstBytes path)

    let describe kind =
        match kind with
        | ForeignKind.GitLfsPointer ->
            "a Git LFS pointer, not the file itself: run `git lfs pull` where it comes from"
        | ForeignKind.WebPage -> "a web page or XML message, not weights: the download went wrong"
        | ForeignKind.ZipArchive ->
            "a zip archive (a file of PyTorch, for example); only the .npz of a whole model is read"
        | ForeignKind.GzipFile -> "a gzip file: unpack it first"
        | ForeignKind.Hdf5File -> "an HDF5 file, which is not read"
        | ForeignKind.SingleArray -> "one array: give the folder that holds all arrays of the model"
        | ForeignKind.PlainText -> "a text, not weights"
