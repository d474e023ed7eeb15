namespace UniRep.IO

open System
open System.IO
open System.IO.Compression
open System.Text
open UniRep
open UniRep.Formats

/// A zip archive of `.npy` entries, stored as `numpy.savez` does; entries carry a fixed time, so that equal input gives
/// equal bytes.
[<Sealed>]
type internal NpzArchive(stream: Stream) =
    let zip = new ZipArchive(stream, ZipArchiveMode.Create, true)

    /// Begins an array; its elements are to be written to the stream given, which is then closed.
    member _.Begin(name: string, descr: string, shape: int64 list) : Stream =
        let entry = zip.CreateEntry($"{name}.npy", CompressionLevel.NoCompression)
        entry.LastWriteTime <- DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero)
        let target = entry.Open()
        target.Write(ReadOnlySpan(Npy.header descr shape))
        target

    /// Adds an array whose bytes are written by an action.
    member this.Add(name, descr, shape, write: Stream -> unit) =
        use target = this.Begin(name, descr, shape)
        write target

    /// Adds a text as an array without axes.
    member this.AddText(name: string, text: string) =
        // NumPy has no text of no characters.
        let bytes = Encoding.UTF32.GetBytes(if text = "" then "\000" else text)

        this.Add(
            name,
            $"<U{bytes.Length / 4}",
            [],
            (fun target -> target.Write(ReadOnlySpan bytes))
        )

    /// Adds texts: of one width if they fit, else as UTF-8 bytes and the offset of each.
    member private this.AddTexts(name: string, texts: TextSpool) =
        if texts.FitsOneWidth then
            this.Add(name, texts.Descr, [ texts.Count ], texts.WriteUtf32)
        else
            this.Add($"{name}.utf8", "|u1", [ texts.Utf8Length ], texts.WriteUtf8)
            this.Add($"{name}.offsets", "<i8", [ texts.Count + 1L ], texts.WriteOffsets)

    /// Adds ids, lengths and the columns of the caller's.
    member this.AddRows(rows: RowSpool) =
        this.AddTexts("ids", rows.Ids)
        this.Add("lengths", "<i4", [ rows.Count ], rows.Lengths.CopyTo)

        for name, cells in rows.Columns do
            this.AddTexts($"column.{name}", cells)

    /// Writes the directory at the archive's end.
    member _.End() = zip.Dispose()

/// What is said of texts that NumPy does not hold as texts of one width.
[<RequireQualifiedAccess>]
module internal NpzWarning =
    let ofRows (rows: RowSpool) =
        [
            for name, texts in
                ("ids", rows.Ids)
                :: (rows.Columns |> List.map (fun (name, cells) -> $"column.{name}", cells)) do
                if not texts.FitsOneWidth then
                    $"'{name}' holds a text of {texts.Longest} characters: it is stored as '{name}.utf8' and '{name}.offsets', not as an array of texts"
        ]

/// One array per pool, `[N, H]`, spooled until N is known.
[<Sealed>]
type internal NpzWriter(place: OutputPlace, columns: string list, pools: Pool list, units: int) =
    inherit RepWriter()
    let rows = RowSpool(place, columns)

    let arrays =
        pools
        |> List.map (fun pool ->
            pool, place.Spool pool.Name, Array.zeroCreate<float32>(Pool.width units pool))

    override _.Write(id, cells, output) =
        rows.Add(id, cells, output.Length)

        for pool, spool, row in arrays do
            Pool.copy &output pool (row.AsSpan())
            spool.Write(Pool.bytes row)

    override _.Complete meta =
        let archive = NpzArchive(place.OpenSeekable())
        archive.AddRows rows

        for pool, spool, row in arrays do
            archive.Add(pool.Name, "<f4", [ rows.Count; int64 row.Length ], spool.CopyTo)

        archive.AddText("meta", meta)
        archive.End()
        place.Publish()

    override _.Close() = place.Abandon()
    override _.Warnings = NpzWarning.ofRows rows

/// One array per sequence, `[L, H]`, under the keys 0, 1, …
[<Sealed>]
type internal ResidueNpzWriter(place: OutputPlace, columns: string list, units: int) =
    inherit RepWriter()
    let rows = RowSpool(place, columns)
    let archive = NpzArchive(place.OpenSeekable())

    override _.Write(id, cells, output) =
        use target =
            archive.Begin(string rows.Count, "<f4", [ int64 output.Length; int64 units ])

        Pool.writeStates &output target
        rows.Add(id, cells, output.Length)

    override _.Complete meta =
        archive.AddRows rows
        archive.AddText("meta", meta)
        archive.End()
        place.Publish()

    override _.Close() = place.Abandon()
    override _.Warnings = NpzWarning.ofRows rows
