namespace UniRep

open System
open System.IO
open System.IO.Compression
open System.Text
open UniRep.Compute
open UniRep.Formats

/// A zip archive of `.npy` entries, stored as `numpy.savez` does; entries carry a fixed time, so that equal input gives
/// equal bytes.
[<Sealed>]
type internal NpzArchive(stream: Stream, leaveOpen: bool) =
    let zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen)

    /// Adds an array whose bytes are written by an action.
    member _.Add(name: string, descr: string, shape: int64 list, write: Stream -> unit) =
        let entry = zip.CreateEntry($"{name}.npy", CompressionLevel.NoCompression)
        entry.LastWriteTime <- DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero)
        use target = entry.Open()
        target.Write(ReadOnlySpan(Npy.header descr shape))
        write target

    member this.AddText(name: string, text: string) =
        let bytes = Encoding.UTF32.GetBytes text

        this.Add(
            name,
            $"<U{max 1 (bytes.Length / 4)}",
            [],
            (fun target -> target.Write(bytes, 0, bytes.Length))
        )

    member this.AddIds(ids: IdSpool) =
        this.Add("ids", ids.Descr, [ ids.Count ], ids.WriteUtf32)
        this.Add("lengths", "<i4", [ ids.Count ], ids.Lengths.CopyTo)

    interface IDisposable with
        member _.Dispose() = zip.Dispose()

/// One array per pool, `[N, H]`, spooled until N is known.
[<Sealed>]
type internal NpzWriter(place: OutputPlace, pools: Pool list, units: int) =
    inherit RepWriter()
    let ids = new IdSpool(place)

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
        do
            use target = place.Open()
            use archive = new NpzArchive(target, true)
            archive.AddIds ids

            for pool, spool, row in arrays do
                archive.Add(Pool.name pool, "<f4", [ ids.Count; int64 row.Length ], spool.CopyTo)

            archive.AddText("meta", meta)

        place.Publish()

    override _.Close() =
        (ids :> IDisposable).Dispose()

        for _, spool, _ in arrays do
            (spool :> IDisposable).Dispose()

        place.Abandon()

/// One array per sequence, `[L, H]`, under the keys 0, 1, …
[<Sealed>]
type internal ResidueNpzWriter(place: OutputPlace, units: int) =
    inherit RepWriter()
    let ids = new IdSpool(place)
    let target = place.Open()
    let archive = new NpzArchive(target, true)

    override _.Write(id, output) =
        let states = (Pool.residueStates &output).ToArray()
        let shape = [ int64 output.Length; int64 units ]

        archive.Add(
            string ids.Count,
            "<f4",
            shape,
            (fun target -> target.Write(states, 0, states.Length))
        )

        ids.Add(id, output.Length)

    override _.Complete meta =
        archive.AddIds ids
        archive.AddText("meta", meta)
        (archive :> IDisposable).Dispose()
        target.Dispose()
        place.Publish()

    override _.Close() =
        (ids :> IDisposable).Dispose()
        target.Dispose()
        place.Abandon()
