namespace UniRep

open System
open System.Collections.Generic
open System.IO
open System.Text
open System.Text.Json
open UniRep.Compute
open UniRep.Formats

/// One pool as one array, `[N, H]`, and the ids beside it.
[<Sealed>]
type internal NpyWriter(place: OutputPlace, pool: Pool, units: int) =
    inherit RepWriter()
    let ids = new IdSpool(place)
    let row = Array.zeroCreate<float32>(Pool.width units pool)
    let spool = place.Spool(Pool.name pool)

    override _.Write(id, output) =
        ids.Add(id, output.Length)
        Pool.copy &output pool (row.AsSpan())
        spool.Write(Pool.bytes row)

    override _.Complete _ =
        do
            use target = place.Open()
            target.Write(ReadOnlySpan(Npy.header "<f4" [ ids.Count; int64 row.Length ]))
            spool.CopyTo target

        place.WriteCompanion(
            "ids.txt",
            fun target ->
                use text = new StreamWriter(target, UTF8Encoding false, NewLine = "\n")
                ids.Each text.WriteLine
        )

        place.Publish()

    override _.Close() =
        (ids :> IDisposable).Dispose()
        (spool :> IDisposable).Dispose()
        place.Abandon()

/// Arrays with a JSON header, pooled or per residue; ids as a JSON list in the metadata.
[<Sealed>]
type internal SafetensorsWriter(place: OutputPlace, content: OutputContent, units: int) =
    inherit RepWriter()
    let ids = new IdSpool(place)

    let arrays =
        match content with
        | Pooled pools ->
            pools
            |> List.map (fun pool ->
                pool, place.Spool(Pool.name pool), Array.zeroCreate<float32>(Pool.width units pool))
        | PerResidue -> []

    let states = place.Spool "states"
    let lengths = List<int>()

    let idList () =
        use buffer = new MemoryStream()

        do
            use json = new Utf8JsonWriter(buffer)
            json.WriteStartArray()
            ids.Each json.WriteStringValue
            json.WriteEndArray()

        Encoding.UTF8.GetString(buffer.ToArray())

    override _.Write(id, output) =
        ids.Add(id, output.Length)

        for pool, spool, row in arrays do
            Pool.copy &output pool (row.AsSpan())
            spool.Write(Pool.bytes row)

        if content = PerResidue then
            lengths.Add output.Length
            states.Write(Pool.residueStates &output)

    override _.Complete meta =
        let width = int64 units

        let entries =
            [
                for pool, spool, row in arrays do
                    Pool.name pool, "F32", [ ids.Count; int64 row.Length ], spool.Length
                for index in 0 .. lengths.Count - 1 do
                    string index,
                    "F32",
                    [ int64 lengths[index]; width ],
                    4L * int64 lengths[index] * width
                "lengths", "I32", [ ids.Count ], ids.Lengths.Length
            ]

        do
            use target = place.Open()

            target.Write(
                ReadOnlySpan(Safetensors.header [ "ids", idList (); "meta", meta ] entries)
            )

            for _, spool, _ in arrays do
                spool.CopyTo target

            states.CopyTo target
            ids.Lengths.CopyTo target

        place.Publish()

    override _.Close() =
        (ids :> IDisposable).Dispose()
        (states :> IDisposable).Dispose()

        for _, spool, _ in arrays do
            (spool :> IDisposable).Dispose()

        place.Abandon()
