namespace UniRep.IO

open System
open System.Globalization
open System.IO
open System.Text
open System.Text.Encodings.Web
open System.Text.Json
open UniRep
open UniRep.Compute

/// A table: id, length, columns of the caller's, then `average_0`, `average_1`, … of each pool. Numbers are the shortest texts that give back
/// the same float32.
[<Sealed>]
type internal TableWriter
    (place: OutputPlace, separator: char, columns: string list, pools: Pool list, units: int) =
    inherit RepWriter()
    let target = place.Open()
    let text = new StreamWriter(target, UTF8Encoding false, 65536, true, NewLine = "\n")
    /// Whoever reads a stream gets each row at once.
    let isLive = place.IsStream
    let vector = Array.zeroCreate<float32>(3 * units)
    let digits = Array.zeroCreate<char> 32

    let cells = Delimited separator

    do
        text.Write $"id{separator}length"

        for column in columns do
            text.Write separator
            text.Write(cells.Cell column)

        for pool in pools do
            for unit in 0 .. Pool.width units pool - 1 do
                text.Write $"{separator}{pool.Name}_{unit}"

        text.WriteLine()

    override _.Write(id, row, output) =
        OutputColumns.check columns row
        text.Write(cells.Cell id)
        text.Write separator
        text.Write output.Length

        for cell in row do
            text.Write separator
            text.Write(cells.Cell cell)

        for pool in pools do
            Pool.copy &output pool (vector.AsSpan())

            for unit in 0 .. Pool.width units pool - 1 do
                let mutable written = 0

                vector[unit]
                    .TryFormat(
                        digits.AsSpan(),
                        &written,
                        ReadOnlySpan(),
                        CultureInfo.InvariantCulture
                    )
                |> ignore

                text.Write separator
                text.Write(digits, 0, written)

        text.WriteLine()

        if isLive then
            text.Flush()

    override _.Complete _ =
        text.Flush()
        place.Publish()

    override _.Close() = place.Abandon()
    override _.Warnings = cells.Warnings "a TSV"

/// One JSON object a line: id, length, columns of the caller's as texts, and the vectors or the states after each residue. What is no number is null.
[<Sealed>]
type internal JsonLinesWriter
    (place: OutputPlace, columns: string list, content: OutputContent, units: int) =
    inherit RepWriter()
    let target = place.Open()
    let row = Array.zeroCreate<float32>(3 * units)

    let json =
        new Utf8JsonWriter(
            target,
            JsonWriterOptions(
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                SkipValidation = true
            )
        )

    let writeArray (values: ReadOnlySpan<float32>) =
        json.WriteStartArray()

        for value in values do
            if Single.IsFinite value then
                json.WriteNumberValue value
            else
                json.WriteNullValue()

        json.WriteEndArray()

        if json.BytesPending > 65536 then
            json.Flush()

    override _.Write(id, cells, output) =
        OutputColumns.check columns cells
        json.WriteStartObject()
        json.WriteString("id", id)
        json.WriteNumber("length", output.Length)
        Seq.iter2 (fun (name: string) (cell: string) -> json.WriteString(name, cell)) columns cells

        match content with
        | OutputContent.Pooled pools ->
            for pool in pools do
                Pool.copy &output pool (row.AsSpan())
                json.WritePropertyName(pool.Name)
                writeArray (ReadOnlySpan(row, 0, Pool.width units pool))
        | OutputContent.PerResidue ->
            json.WritePropertyName "states"
            json.WriteStartArray()

            for position in 1 .. output.Length do
                writeArray (output.HiddenStates.Slice(position * units, units))

            json.WriteEndArray()

        json.WriteEndObject()
        json.Flush()
        json.Reset()
        target.WriteByte(byte '\n')

    override _.Complete _ = place.Publish()

    override _.Close() = place.Abandon()
