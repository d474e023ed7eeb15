namespace UniRep

open System
open System.IO
open System.IO.Compression
open System.Text
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

    member this.AddIds(ids: IdSpool) =
        this.Add("ids", ids.Descr, [ ids.Count ], ids.WriteUtf32)
        this.Add("lengths", "<i4", [ ids.Count ], ids.Lengths.CopyTo)

    /// Writes the directory at the archive's end.
    member _.End() = zip.Dispose()

/// One array per pool, `[N, H]`, spooled until N is known.
[<Sealed>]
type internal NpzWriter(place: OutputPlace, pools: Pool list, units: int) =
    inherit RepWriter()
    let ids = IdSpool place

    let arrays =
        pools
        |> List.map (fun pool ->
            pool, place.Spool(Pool.name pool), Array.zeroCreate<float32>(Pool.width units pool))

    override _.Write(id, output) =
        ids.Add(id, output.Length)

        for pool, spool, row in arrays do
            Pool.copy &output pool (row.AsSpan())
            spool.Write(Pool.bytes row)

    override _.Complete meta =
        let archive = NpzArchive(place.OpenSeekable())
        archive.AddIds ids

        for pool, spool, row in arrays do
            archive.Add(Pool.name pool, "<f4", [ ids.Count; int64 row.Length ], spool.CopyTo)

        archive.AddText("meta", meta)
        archive.End()
        place.Publish()

    override _.Close() = place.Abandon()

/// One array per sequence, `[L, H]`, under the keys 0, 1, …
[<Sealed>]
type internal ResidueNpzWriter(place: OutputPlace, units: int) =
    inherit RepWriter()
    let ids = IdSpool place
    let archive = NpzArchive(place.OpenSeekable())

    override _.Write(id, output) =
        use target =
            archive.Begin(string ids.Count, "<f4", [ int64 output.Length; int64 units ])

        Pool.writeStates &output target
        ids.Add(id, output.Length)

    override _.Complete meta =
        archive.AddIds ids
        archive.AddText("meta", meta)
        archive.End()
        place.Publish()

    override _.Close() = place.Abandon()
