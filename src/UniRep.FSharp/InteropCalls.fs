namespace UniRep

open System
open System.Collections.Generic
open System.Threading
open UniRep.Compute
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Training

/// What the C# face asks of the library: arguments are checked, for C# may pass null whatever the annotations say, and errors
/// are raised.
[<RequireQualifiedAccess>]
module internal InteropCalls =
    let backend threads precision =
        // Refuses a number that is no precision under the name of the parameter.
        Precision.name precision |> ignore
        Cpu.backend (EngineOptions(Threads = threads, Precision = precision))

    /// Raises why a model cannot be loaded onto a GPU. Where none can be used it also says what to do.
    let raiseOnGpu (error: ModelError) : 'result =
        match error with
        | ModelError.Backend(BackendError.Unavailable _ as unavailable) ->
            let advice =
                "CudaDevices.Find() tells what GPUs there are; UniRepModel.Load without CudaOptions computes on the CPU"

            raise (
                UniRepException(
                    nameof BackendError.Unavailable,
                    $"{unavailable.Message} ({advice})"
                )
            )
        | _ -> error.Raise()

    let batchOptions (maximalWaitingResidues: int64) (maximalLanes: int) =
        ArgumentOutOfRangeException.ThrowIfNegative(
            maximalWaitingResidues,
            "maximalWaitingResidues"
        )

        ArgumentOutOfRangeException.ThrowIfNegative(maximalLanes, "maximalLanes")
        let usual = ContinuousBatchOptions.defaults

        {
            MaximalWaitingResidues =
                if maximalWaitingResidues = 0L then
                    usual.MaximalWaitingResidues
                else
                    maximalWaitingResidues
            // 0 is the engine's own choice.
            MaximalLanes = maximalLanes
        }

    let private parsed index text =
        match Sequence.parse text with
        | Ok sequence -> sequence
        | Error error -> Throw.invalidSequence index error

    let parse (text: string) =
        ArgumentNullException.ThrowIfNull(text, "sequence")
        parsed 0 text

    /// Parses one sequence of several, by its index from 0.
    let parseAt index (text: string) =
        if isNull (box text) then
            Throw.nullSequence "sequences" index

        parsed index text

    let recordAt index (struct (id: string, letters: string)) =
        ArgumentNullException.ThrowIfNull(id, "records")
        SequenceRecord.ofSequence (id, parseAt index letters)

    let embed model input (output: string) overwrite progress cancellation =
        ArgumentNullException.ThrowIfNull(output, "output")

        let options =
            { RunOptions.cancelledBy cancellation with
                Progress = Option.ofObj progress
            }

        Embedding.request input output
        |> Result.map (fun request ->
            { request with
                Target = EmbeddingTarget.File(output, overwrite)
            })
        |> Result.bind (Embedding.embed options model)
        |> Result.orRaise
        |> EmbeddedFile

    /// Fine-tunes a model; saves the weights if a place is given.
    let tune
        backend
        (sequences: IEnumerable<string>)
        (options: TrainingOptions)
        (nameOrPath: string)
        (saveTo: string)
        progress
        (cancellation: CancellationToken)
        =
        ArgumentNullException.ThrowIfNull(sequences, "sequences")
        ArgumentNullException.ThrowIfNull(nameOrPath, "nameOrPath")
        let isSaved = not (String.IsNullOrEmpty saveTo)

        if isSaved then
            UniRep.checkSavePlace saveTo

        cancellation.ThrowIfCancellationRequested()

        let tuned =
            UniRep.tuneWith
                backend
                (TuningObserver.create options.Epochs progress)
                options
                cancellation
                (UniRep.weightsOf nameOrPath)
                sequences

        cancellation.ThrowIfCancellationRequested()

        if isSaved then
            WeightFile.save saveTo tuned.Weights |> Result.orRaise

        tuned.Weights
