// System.Text.Json allows null for every type, which F# has no way to say of unions and anonymous records.
#nowarn "3261" "3265"

namespace UniRep.Training

open System
open System.Text.Json
open System.Text.Json.Serialization
open System.Text.Json.Serialization.Metadata
open UniRep
open UniRep.Compute
open UniRep.IO

/// Writes a value to files as one of a few names.
type internal NameConverter<'value when 'value: equality>(names: (string * 'value) list) =
    inherit JsonConverter<'value>()

    override _.Read(reader, _, _) =
        let name = reader.GetString()

        match List.tryFind (fun (known, _) -> known = name) names with
        | Some(_, value) -> value
        | None -> raise (JsonException $"{name} is none of {List.map fst names}")

    override _.Write(writer, value, _) =
        match List.tryFind (fun (_, known) -> known = value) names with
        | Some(name, _) -> writer.WriteStringValue name
        | None -> writer.WriteNullValue()

/// The file `training.json`: a request, with digests of the sequences and the start model. Every member must be there.
[<RequireQualifiedAccess>]
module internal RequestFile =
    let private form =
        let options =
            JsonSerializerOptions(
                WriteIndented = true,
                PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
                NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
                Encoder = Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                RespectRequiredConstructorParameters = true,
                UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
            )

        let change (info: JsonTypeInfo) =
            for property in List.ofSeq info.Properties do
                // Of a model's sizes only those that its constructor takes: the others follow from them.
                if info.Type = typeof<MlstmShape> && isNull property.AssociatedParameter then
                    info.Properties.Remove property |> ignore
                // The name in the first version, which files keep.
                elif property.Name = "validationFraction" then
                    property.Name <- "holdOut"
                // Files of older versions lack it: their sequences are read forward.
                elif property.Name = "direction" then
                    property.IsRequired <- false
                // And their gaps are dropped.
                elif property.Name = "gapsAsX" then
                    property.IsRequired <- false
                // And close relatives are kept.
                elif property.Name = "maxIdentity" then
                    property.IsRequired <- false

        options.TypeInfoResolver <-
            DefaultJsonTypeInfoResolver().WithAddedModifier(Action<JsonTypeInfo> change)

        options.Converters.Add(NameConverter(Schedule.names))
        options.Converters.Add(NameConverter(ReadingDirection.all))

        options.Converters.Add(
            NameConverter(
                InputFormat.all |> List.map (fun (format: InputFormat) -> format.Name, format)
            )
        )

        options.Converters.Add(JsonStringEnumConverter(allowIntegerValues = false))
        options

    let write (request: TrainingRequest) (digests: Map<string, string>) =
        JsonSerializer.Serialize(
            struct {|
                Weights =
                    match request.Start with
                    | StartModel.Weights name -> Some name
                    | StartModel.Random _ -> None
                Shape =
                    match request.Start with
                    | StartModel.Random shape -> Some shape
                    | StartModel.Weights _ -> None
                Sequences = request.Sequences
                HoldOut = request.Validation
                OutOfDomain = request.OutOfDomain
                Reading =
                    {|
                        Format = request.Reading.Format
                        SequenceColumn = request.Reading.SequenceColumn
                        IdColumn = request.Reading.IdColumn
                        UpperCase = request.Reading.UpperCase
                        TrimStop = request.Reading.TrimStop
                        UnknownAsX = request.Reading.UnknownAsX
                        GapsAsX = request.Reading.GapsAsX
                    |}
                Filter = request.Filter
                Options = request.Options
                Search = request.Search
                Digests = digests
            |},
            form
        )

    /// Refuses null for a value that must be there.
    let private given name value =
        if isNull (box value) then
            raise (JsonException $"'{name}' is null")

        value

    /// Files of older versions have other names for what the digests are of.
    let private newerNames =
        Map
            [
                "the set of sequences to train on", "the training set"
                "the hold-out", "the validation set"
                "the model to begin with", "the start model"
            ]

    let private withDirection (options: TrainingOptions) =
        if isNull (box options.Direction) then
            { options with
                Direction = ReadingDirection.Forward
            }
        else
            options

    let private parse (json: string) =
        let file =
            JsonSerializer.Deserialize<
                struct {|
                    Weights: string option
                    Shape: MlstmShape option
                    Sequences: string list
                    HoldOut: string list
                    OutOfDomain: string list
                    Reading:
                        {|
                            Format: InputFormat option
                            SequenceColumn: string option
                            IdColumn: string option
                            UpperCase: bool
                            TrimStop: bool
                            UnknownAsX: bool
                            GapsAsX: bool
                        |}
                    Filter: CorpusFilter
                    Options: TrainingOptions
                    Search: SearchOptions option
                    Digests: Map<string, string>
                |}
             >(
                json,
                form
            )

        let files name paths =
            given name paths |> List.map (given name)

        let reading = given "reading" file.Reading

        {
            Start =
                match file.Weights, file.Shape with
                | Some name, None -> StartModel.Weights name
                | None, Some shape -> StartModel.Random shape
                | _ -> raise (JsonException "either 'weights' or 'shape' must be given")
            Sequences = files "sequences" file.Sequences
            Validation = files "holdOut" file.HoldOut
            OutOfDomain = files "outOfDomain" file.OutOfDomain
            Reading =
                { SequenceFile.defaults with
                    Format = reading.Format
                    SequenceColumn = reading.SequenceColumn
                    IdColumn = reading.IdColumn
                    UpperCase = reading.UpperCase
                    TrimStop = reading.TrimStop
                    UnknownAsX = reading.UnknownAsX
                    GapsAsX = reading.GapsAsX
                }
            Filter = given "filter" file.Filter
            Options = withDirection (given "options" file.Options)
            Search = file.Search
        },
        given "digests" file.Digests
        |> Map.toList
        |> List.map (fun (name, digest) ->
            newerNames.TryFind name |> Option.defaultValue name, digest)
        |> Map.ofList

    /// What is wrong, without the names of types.
    let private reasonOf (error: JsonException) =
        let lacking = "missing required properties including: "
        let message = string error.Message

        match message.IndexOf(lacking, StringComparison.Ordinal) with
        | at when at >= 0 -> $"it lacks {message[at + lacking.Length ..].TrimEnd '.'}"
        | _ when message.Contains("could not be converted", StringComparison.Ordinal) ->
            $"line {error.LineNumber.GetValueOrDefault() + 1L}: {error.Path} has a value that it cannot have"
        | _ -> (message.Split ". Path:")[0]

    /// Reads what `write` writes, or tells what is wrong with it.
    let read (json: string) =
        try
            Ok(parse json)
        with
        | :? JsonException as error -> Error(reasonOf error)
        | :? InvalidOperationException
        | :? ArgumentException
        | :? NotSupportedException -> Error "it is not the JSON of a training"
