namespace UniRep

open System
open System.IO
open System.Text
open System.Text.Encodings.Web
open System.Text.Json
open UniRep.Formats

/// One pool as one array, `[N, H]`, and the ids, one a line, beside it.
[<Sealed>]
type internal NpyWriter(place: OutputPlace, pool: Pool, units: int) =
    inherit RepWriter()
    let ids = IdSpool place
    let row = Array.zeroCreate<float32>(Pool.width units pool)
    let spool = place.Spool(Pool.name pool)

    let onOneLine (id: string) =
        id.Replace('\n', ' ').Replace('\r', ' ')

    override _.Write(id, output) =
        ids.Add(id, output.Length)
        Pool.copy &output pool (row.AsSpan())
        spool.Write(Pool.bytes row)

    override _.Complete _ =
        let target = place.Open()
        target.Write(ReadOnlySpan(Npy.header "<f4" [ ids.Count; int64 row.Length ]))
        spool.CopyTo target

        place.OpenCompanion "ids.txt"
        |> Option.iter (fun target ->
            use text = new StreamWriter(target, UTF8Encoding false, 4096, true, NewLine = "\n")
            ids.Each(onOneLine >> text.WriteLine))

        place.Publish()

    override _.Close() = place.Abandon()

/// Arrays with a JSON header, pooled or per residue; ids as a JSON list in the metadata.
[<Sealed>]
type internal SafetensorsWriter(place: OutputPlace, content: OutputContent, units: int) =
    inherit RepWriter()

    /// The longest header that readers of the format accept.
    static let longestHeader = 100_000_000L

    static let refuseHeaderOf (bytes: int64) =
        if bytes > longestHeader then
            raise (
                IOException
                    $"the header of a safetensors file holds at most {longestHeader} bytes, too few for so many sequences: write npz"
            )

    let ids = IdSpool place

    let arrays =
        match content with
        | Pooled pools ->
            pools
            |> List.map (fun pool ->
                pool, place.Spool(Pool.name pool), Array.zeroCreate<float32>(Pool.width units pool))
        | PerResidue -> []

    let states = place.Spool "states"

    /// At least what the header will take.
    let mutable headerBytes = 0L

    let idList () =
        use buffer = new MemoryStream()

        do
            use json =
                new Utf8JsonWriter(
                    buffer,
                    JsonWriterOptions(Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping)
                )

            json.WriteStartArray()
            ids.Each json.WriteStringValue
            json.WriteEndArray()

        Encoding.UTF8.GetString(buffer.GetBuffer(), 0, int buffer.Length)

    let stateEntries () =
        ids.EachLength()
        |> Seq.mapi (fun index length ->
            let width = int64 units
            string index, "F32", [ int64 length; width ], 4L * int64 length * width)

    override _.Write(id, output) =
        let entry = if content = PerResidue then 50L else 0L
        headerBytes <- headerBytes + entry + int64 id.Length + 5L
        refuseHeaderOf headerBytes
        ids.Add(id, output.Length)

        for pool, spool, row in arrays do
            Pool.copy &output pool (row.AsSpan())
            spool.Write(Pool.bytes row)

        if content = PerResidue then
            Pool.writeStates &output states.Stream

    override _.Complete meta =
        let entries =
            [
                for pool, spool, row in arrays do
                    Pool.name pool, "F32", [ ids.Count; int64 row.Length ], spool.Length

                if content = PerResidue then
                    yield! stateEntries ()

                "lengths", "I32", [ ids.Count ], ids.Lengths.Length
            ]

        let header = Safetensors.header [ "ids", idList (); "meta", meta ] entries
        refuseHeaderOf (int64 header.Length)
        let target = place.Open()
        target.Write(ReadOnlySpan header)

        for _, spool, _ in arrays do
            spool.CopyTo target

        states.CopyTo target
        ids.Lengths.CopyTo target
        place.Publish()

    override _.Close() = place.Abandon()
