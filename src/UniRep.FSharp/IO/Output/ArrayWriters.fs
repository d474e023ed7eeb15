namespace UniRep.IO

open System
open System.IO
open System.Text
open System.Text.Encodings.Web
open System.Text.Json
open UniRep
open UniRep.Formats

/// One pool as one array, `[N, H]`; beside it the ids, one a line, and the caller's columns as a CSV.
[<Sealed>]
type internal NpyWriter(place: OutputPlace, columns: string list, pool: Pool, units: int) =
    inherit RepWriter()
    let ids = TextSpool(place, "ids")
    let vector = Array.zeroCreate<float32>(Pool.width units pool)
    let spool = place.Spool pool.Name
    let lines = Delimited '\n'

    let csv = Delimited ','
    let columnsSuffix = "columns.csv"

    let openText suffix =
        place.OpenCompanion suffix
        |> Option.map (fun target ->
            new StreamWriter(target, UTF8Encoding false, 65536, true, NewLine = "\n"))

    let table = if columns.IsEmpty then None else openText columnsSuffix

    let writeRow (cells: string seq) =
        table
        |> Option.iter (fun text -> text.WriteLine(String.Join(',', Seq.map csv.Cell cells)))

    do writeRow (Seq.append [ "id" ] columns)

    override _.Write(id, cells, output) =
        OutputColumns.check columns cells
        ids.Add id
        writeRow (Seq.append [ id ] cells)
        Pool.copy &output pool (vector.AsSpan())
        spool.Write(Pool.bytes vector)

    override _.Complete _ =
        let target = place.Open()
        target.Write(ReadOnlySpan(Npy.header "<f4" [ ids.Count; int64 vector.Length ]))
        spool.CopyTo target

        openText "ids.txt"
        |> Option.iter (fun text ->
            ids.Each(lines.Cell >> text.WriteLine)
            text.Dispose())

        table |> Option.iter _.Dispose()
        place.Publish()

        if columns.IsEmpty then
            place.RemoveCompanion columnsSuffix

    override _.Close() = place.Abandon()
    override _.Warnings = lines.Warnings "a list of ids"

/// Arrays with a JSON header, pooled or per residue; ids as a JSON list in the metadata, columns of the
/// caller's as an object of lists.
[<Sealed>]
type internal SafetensorsWriter
    (place: OutputPlace, columns: string list, content: OutputContent, units: int) =
    inherit RepWriter()

    /// The longest header that readers of the format accept.
    static let longestHeader = 100_000_000L

    static let refuseHeaderOf (bytes: int64) =
        if bytes > longestHeader then
            raise (
                IOException
                    $"the header of a safetensors file holds at most {longestHeader} bytes, too few for so many sequences: write npz"
            )

    let rows = RowSpool(place, columns)

    let arrays =
        match content with
        | OutputContent.Pooled pools ->
            pools
            |> List.map (fun pool ->
                pool, place.Spool pool.Name, Array.zeroCreate<float32>(Pool.width units pool))
        | OutputContent.PerResidue -> []

    let states = place.Spool "states"

    /// At least what the header will take.
    let mutable headerBytes = 0L

    let toJson (write: Utf8JsonWriter -> unit) =
        use buffer = new MemoryStream()

        do
            use json =
                new Utf8JsonWriter(
                    buffer,
                    JsonWriterOptions(Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping)
                )

            write json

        Encoding.UTF8.GetString(buffer.GetBuffer(), 0, int buffer.Length)

    let writeList (texts: TextSpool) (json: Utf8JsonWriter) =
        json.WriteStartArray()
        texts.Each json.WriteStringValue
        json.WriteEndArray()

    let writeColumns (json: Utf8JsonWriter) =
        json.WriteStartObject()

        for name, cells in rows.Columns do
            json.WritePropertyName name
            writeList cells json

        json.WriteEndObject()

    let stateEntries () =
        rows.EachLength()
        |> Seq.mapi (fun index length ->
            let width = int64 units
            string index, "F32", [ int64 length; width ], 4L * int64 length * width)

    override _.Write(id, cells, output) =
        let entry = if content = OutputContent.PerResidue then 50L else 0L

        let texts =
            Array.append [| id |] cells |> Array.sumBy (fun text -> int64 text.Length + 5L)

        headerBytes <- headerBytes + entry + texts
        refuseHeaderOf headerBytes
        rows.Add(id, cells, output.Length)

        for pool, spool, row in arrays do
            Pool.copy &output pool (row.AsSpan())
            spool.Write(Pool.bytes row)

        if content = OutputContent.PerResidue then
            Pool.writeStates &output states.Stream

    override _.Complete meta =
        let entries =
            [
                for pool, spool, row in arrays do
                    pool.Name, "F32", [ rows.Count; int64 row.Length ], spool.Length

                if content = OutputContent.PerResidue then
                    yield! stateEntries ()

                "lengths", "I32", [ rows.Count ], rows.Lengths.Length
            ]

        let metadata =
            [
                "ids", toJson (writeList rows.Ids)

                if not columns.IsEmpty then
                    "columns", toJson writeColumns

                "meta", meta
            ]

        let header = Safetensors.header metadata entries
        refuseHeaderOf (int64 header.Length)
        let target = place.Open()
        target.Write(ReadOnlySpan header)

        for _, spool, _ in arrays do
            spool.CopyTo target

        states.CopyTo target
        rows.Lengths.CopyTo target
        place.Publish()

    override _.Close() = place.Abandon()
