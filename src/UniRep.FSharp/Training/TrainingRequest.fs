// System.Text.Json allows null for every type, which F# has no way to say of unions and anonymous records.
#nowarn "3261" "3265"

namespace UniRep

open System
open System.Text.Json
open System.Text.Json.Serialization

type TrainingStart =
    | FromWeights of nameOrPath: string
    | FromRandom of shape: WeightsShape

type TrainingRequest =
    {
        Start: TrainingStart
        Sequences: string list
        HoldOut: string list
        OutOfDomain: string list
        Reading: InputOptions
        Filter: CorpusFilter
        Options: TrainingOptions
        Search: SearchOptions option
    }

type TrainingError =
    | NoSequence
    | BadOptions of TrainingOptionsError list
    | BadSequences of InputError list
    | NothingLeft of files: string list * summary: CorpusSummary
    | AllHeldOut of count: int
    | BadStart of WeightStoreError
    | AlreadyTraining of folder: string
    | NoTraining of folder: string
    | NotAsBefore of what: string
    | UnusableCheckpoint of error: CheckpointError * before: string option
    | NotWritable of path: string * reason: string

/// A value that stands in files by one of a few names.
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

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TrainingRequest =
    let private ofStart start options sequences =
        {
            Start = start
            Sequences = sequences
            HoldOut = []
            OutOfDomain = []
            Reading = SequenceFile.defaults
            Filter = Corpus.everything
            Options = options
            Search = None
        }

    let evotune sequences =
        ofStart (FromWeights WeightCatalog.defaultName) TrainingOptions.evotune sequences

    let scratch shape sequences =
        ofStart (FromRandom shape) TrainingOptions.scratch sequences

    let private form =
        let options =
            JsonSerializerOptions(
                WriteIndented = true,
                PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
                NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
                Encoder = Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
            )

        options.Converters.Add(NameConverter(Schedule.names))
        options.Converters.Add(NameConverter(InputFormat.names))
        options.Converters.Add(JsonStringEnumConverter())
        options

    let toJson (request: TrainingRequest) (digests: Map<string, string>) =
        JsonSerializer.Serialize(
            struct {|
                Weights =
                    match request.Start with
                    | FromWeights name -> Some name
                    | FromRandom _ -> None
                Shape =
                    match request.Start with
                    | FromRandom shape -> Some shape
                    | FromWeights _ -> None
                Sequences = request.Sequences
                HoldOut = request.HoldOut
                OutOfDomain = request.OutOfDomain
                Reading = request.Reading
                Filter = request.Filter
                Options = request.Options
                Search = request.Search
                Digests = digests
            |},
            form
        )

    let ofJson (json: string) =
        let file =
            JsonSerializer.Deserialize<
                struct {|
                    Weights: string option
                    Shape: WeightsShape option
                    Sequences: string list
                    HoldOut: string list
                    OutOfDomain: string list
                    Reading: InputOptions
                    Filter: CorpusFilter
                    Options: TrainingOptions
                    Search: SearchOptions option
                    Digests: Map<string, string>
                |}
             >(
                json,
                form
            )

        {
            Start =
                match file.Weights, file.Shape with
                | Some name, _ -> FromWeights name
                | None, Some shape -> FromRandom shape
                | None, None -> raise (JsonException "neither weights nor a shape")
            Sequences = file.Sequences
            HoldOut = file.HoldOut
            OutOfDomain = file.OutOfDomain
            Reading = file.Reading
            Filter = file.Filter
            Options = file.Options
            Search = file.Search
        },
        file.Digests

    let private files paths = String.concat ", " paths

    let describe error =
        match error with
        | NoSequence -> "there is no sequence to train on"
        | BadOptions errors -> errors |> List.map TrainingOptions.describe |> String.concat "; "
        | BadSequences errors -> errors |> List.map InputError.describe |> String.concat "\n"
        | NothingLeft(paths, summary) ->
            $"{files paths}: no sequence is left to use: {summary.Read} read, {summary.TooShort} too short, {summary.TooLong} too long, {summary.Invalid} not made of residues"
        | AllHeldOut count ->
            $"all {count} sequences to train on are held out as well: hold out others, or leave the hold-out to chance"
        | BadStart error -> WeightStore.describe error
        | AlreadyTraining folder ->
            $"{folder}: holds a training already: go on with it by --resume, or give another folder"
        | NoTraining folder -> $"{folder}: holds no training to go on with"
        | NotAsBefore what ->
            $"{what} is not as it was when training began: bring it back, or begin anew in another folder"
        | UnusableCheckpoint(error, Some before) ->
            $"{Checkpoint.describe error}. The one before it is whole: {before}; go on from it by --resume --previous"
        | UnusableCheckpoint(error, None) -> Checkpoint.describe error
        | NotWritable(path, reason) ->
            $"{path}: cannot be written: {reason}. What was saved before is whole: make room, then go on by --resume"
