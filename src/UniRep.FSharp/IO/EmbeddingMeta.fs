namespace UniRep.IO

open System.IO
open System.Text
open System.Text.Encodings.Web
open System.Text.Json
open UniRep
open UniRep.ModelFiles

/// What made an output, as JSON; nothing that changes from run to run.
[<RequireQualifiedAccess>]
module internal EmbeddingMeta =
    let private poolsOf content =
        match content with
        | OutputContent.Pooled pools -> pools |> List.map (fun (pool: Pool) -> pool.Name)
        | OutputContent.PerResidue -> []

    let text (request: EmbeddingRequest) (model: Model) =
        use stream = new MemoryStream()

        let options =
            JsonWriterOptions(Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping)

        use json = new Utf8JsonWriter(stream, options)
        json.WriteStartObject()
        json.WriteString("model", model.Card.Name)
        json.WriteString("modelVersion", model.Card.Version)
        json.WriteString("fingerprint", model.Fingerprint)
        json.WriteString("program", request.Program)
        json.WriteString("precision", model.Precision)

        match model.Device with
        | Device.Cpu(_, Some set) -> json.WriteString("instructionSet", InstructionSet.name set)
        | device -> json.WriteString("device", Device.describe device)

        json.WriteStartObject "options"

        json.WriteString(
            "content",
            match request.Content with
            | OutputContent.Pooled _ -> "pooled"
            | OutputContent.PerResidue -> "per-residue"
        )

        json.WriteStartArray "pools"

        poolsOf request.Content
        |> List.iter (fun (pool: string) -> json.WriteStringValue pool)

        json.WriteEndArray()
        json.WriteBoolean("upperCase", request.Reading.UpperCase)
        json.WriteBoolean("trimStop", request.Reading.TrimStop)

        json.WriteString(
            "onInvalid",
            if request.SkipInvalid then "skip"
            elif request.Reading.UnknownAsX then "x"
            else "error"
        )

        json.WriteEndObject()
        json.WriteEndObject()
        json.Flush()
        Encoding.UTF8.GetString(stream.ToArray())
