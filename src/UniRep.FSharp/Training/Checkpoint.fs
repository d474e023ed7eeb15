// System.Text.Json allows null for every type, which F# has no way to say of anonymous records.
#nowarn "3265"

namespace UniRep.Training

open System
open System.IO
open System.Runtime.InteropServices
open System.Security.Cryptography
open System.Text
open System.Text.Json
open System.Text.Json.Serialization.Metadata
open UniRep
open UniRep.Compute
open UniRep.Definition
open UniRep.Formats

[<RequireQualifiedAccess>]
type CheckpointError =
    | Missing of path: string
    | Damaged of path: string * reason: string
    | NotReadable of path: string * reason: string
    | NotWritable of path: string * reason: string

    member this.Message =
        match this with
        | CheckpointError.Missing path -> $"{path}: there is no checkpoint"
        | CheckpointError.Damaged(path, reason) -> $"{path}: the checkpoint is damaged: {reason}"
        | CheckpointError.NotReadable(path, reason) -> $"{path}: cannot be read: {reason}"
        | CheckpointError.NotWritable(path, reason) -> $"{path}: cannot be written: {reason}"

    interface IError with
        member this.Message = this.Message

type internal Checkpoint =
    {
        Position: Position
        Trainer: TrainerState
        Rows: int64
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Checkpoint =
    let private stateKey = "unirep.training"
    let private digestKey = "unirep.digest"

    /// Files keep the name that the validation loss had in the first version.
    let private form =
        let rename (info: JsonTypeInfo) =
            for property in info.Properties do
                if property.Name = "ValidationLoss" then
                    property.Name <- "HoldOutLoss"

        JsonSerializerOptions(
            TypeInfoResolver =
                DefaultJsonTypeInfoResolver().WithAddedModifier(Action<JsonTypeInfo> rename)
        )

    let private card =
        {
            Name = ""
            Version = ""
            License = ""
            Provenance = ""
        }

    let private parts (trainer: TrainerState) =
        [
            "parameters", trainer.Parameters
            "first", trainer.First
            "second", trainer.Second
            match trainer.Average with
            | null -> ()
            | average -> "average", average
        ]

    let isFinite (checkpoint: Checkpoint) =
        parts checkpoint.Trainer |> List.forall (snd >> Weights.isFinite)

    let private tensors trainer =
        [
            for part, arrays in parts trainer do
                for name, tensor in Weights.toTensors (Weights.ofArrays card arrays) do
                    $"{part}.{name}", tensor
        ]

    let private digest (header: string) (tensors: (string * Tensor) seq) =
        use hash = IncrementalHash.CreateHash HashAlgorithmName.SHA256
        hash.AppendData(Encoding.UTF8.GetBytes header)

        for name, tensor in Seq.sortBy fst tensors do
            hash.AppendData(Encoding.UTF8.GetBytes name)
            hash.AppendData(MemoryMarshal.AsBytes(ReadOnlySpan tensor.Values))

        Convert.ToHexStringLower(hash.GetHashAndReset())

    /// Turns a failure of the file system into an error.
    let private guard failure action =
        try
            action ()
        with error when FileFailure.isOne error ->
            Error(failure (FileFailure.reasonOf error))

    let save (path: string) (previous: string) (checkpoint: Checkpoint) =
        let {
                Position = position
                Trainer = trainer
                Rows = rows
            } =
            checkpoint

        let header =
            JsonSerializer.Serialize(
                struct {|
                    Steps = trainer.Steps
                    Epoch = position.Epoch
                    Batch = position.Batch
                    Nats = position.Nats
                    Tokens = position.Tokens
                    Seconds = position.Seconds
                    Reports = position.Reports
                    Rows = rows
                |},
                form
            )

        let tensors = tensors trainer

        guard (fun reason -> CheckpointError.NotWritable(path, reason)) (fun () ->
            let partial = path + ".partial"

            try
                do
                    use stream = File.Create partial

                    Safetensors.write
                        stream
                        [ stateKey, header; digestKey, digest header tensors ]
                        tensors

                    stream.Flush true

                if File.Exists path then
                    File.Move(path, previous, true)

                File.Move(partial, path, true)
                Ok()
            finally
                File.Delete partial)

    /// The arrays of one part.
    let private arrays path (tensors: Map<string, Tensor>) (part: string) =
        tensors
        |> Map.toSeq
        |> Seq.choose (fun (name, tensor) ->
            if name.StartsWith(part + ".", StringComparison.Ordinal) then
                Some(name[part.Length + 1 ..], tensor)
            else
                None)
        |> Map.ofSeq
        |> Weights.ofTensors card
        |> Result.map Weights.withHead
        |> Result.mapError (fun errors ->
            CheckpointError.Damaged(path, $"{part}: {errors.Head.Message}"))

    let private ofContent path (metadata: Map<string, string>) (tensors: Map<string, Tensor>) =
        match metadata.TryFind stateKey, metadata.TryFind digestKey with
        | Some state, Some expected when expected = digest state (Map.toSeq tensors) ->
            let header =
                JsonSerializer.Deserialize<
                    struct {|
                        Steps: int64
                        Epoch: int
                        Batch: int
                        Nats: float
                        Tokens: int64
                        Seconds: float
                        Reports: EpochReport list
                        Rows: int64
                    |}
                 >(
                    state,
                    form
                )

            let arrays = arrays path tensors

            let average =
                if tensors.ContainsKey "average.embed" then
                    arrays "average" |> Result.map Some
                else
                    Ok None

            match arrays "parameters", arrays "first", arrays "second", average with
            | Ok parameters, Ok first, Ok second, Ok average ->
                Ok
                    {
                        Position =
                            {
                                Epoch = header.Epoch
                                Batch = header.Batch
                                Nats = header.Nats
                                Tokens = header.Tokens
                                Seconds = header.Seconds
                                Reports = header.Reports
                            }
                        Rows = header.Rows
                        Trainer =
                            TrainerState(
                                header.Steps,
                                parameters,
                                first,
                                second,
                                Option.toObj average
                            )
                    }
            | Error error, _, _, _
            | _, Error error, _, _
            | _, _, Error error, _
            | _, _, _, Error error -> Error error
        | Some _, Some _ ->
            Error(CheckpointError.Damaged(path, "its contents are not those it was saved with"))
        | _ -> Error(CheckpointError.Damaged(path, "it is not a checkpoint of a training"))

    let load path =
        guard (fun reason -> CheckpointError.NotReadable(path, reason)) (fun () ->
            if not (File.Exists path) then
                Error(CheckpointError.Missing path)
            else
                use stream = File.OpenRead path

                match Safetensors.read stream with
                | Ok(metadata, tensors) ->
                    try
                        ofContent path metadata tensors
                    with :? JsonException as error ->
                        Error(CheckpointError.Damaged(path, error.Message))
                | Error error -> Error(CheckpointError.Damaged(path, error.Message)))
