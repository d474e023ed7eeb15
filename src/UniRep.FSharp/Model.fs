namespace UniRep

open System
open System.Threading
open UniRep.Compute
open UniRep.IO
open UniRep.ModelFiles

[<RequireQualifiedAccess>]
type ModelError =
    | Weights of WeightStoreError
    | Backend of BackendError
    | PrecisionTooLow of name: string * units: int

    member this.Message =
        match this with
        | Weights error -> error.Message
        | Backend error -> error.Message
        | PrecisionTooLow(name, units) ->
            $"{Quote.text name}: int8 makes predictions of a model of {units} units worse (256 at least): use int16"

    interface IError with
        member this.Message = this.Message

    /// Raises the error under the name of its own case, or of that of the error within.
    member internal this.Raise() : 'result =
        match this with
        | Weights error -> Throw.error error
        | Backend error -> Throw.error error
        | PrecisionTooLow _ -> Throw.error this

[<Sealed>]
[<TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type Model
    internal
    (
        card: WeightCard,
        shape: MlstmShape,
        fingerprint: string,
        warnings: string list,
        runner: Runner,
        isShared: bool
    ) =
    let mutable isDisposed = false
    member _.Card = card
    member _.Shape = shape
    member _.Fingerprint = fingerprint
    member _.Warnings = warnings
    member _.Device = runner.Device
    member _.Precision = runner.Precision
    member _.HasHead = runner.HasHead
    member _.Direction = TrainingProvenance.directionOf card

    member internal this.Runner =
        ObjectDisposedException.ThrowIf(isDisposed, this)
        runner

    member internal _.Shared = new Model(card, shape, fingerprint, warnings, runner, true)

    member this.Dispose() =
        if not isShared then
            isDisposed <- true
            runner.Close()

    member this.Summary =
        $"Model {card.Name}: {Weights.sizes shape}, {card.License}, {this.Precision}, {Device.describe this.Device}"

    override this.ToString() = this.Summary

    member this.ToHtml() =
        Display.properties
            $"Model {card.Name}"
            [
                "sizes", Weights.sizes shape
                "licence", card.License
                "from", card.Provenance
                "fingerprint", fingerprint
                "runs on", Device.describe this.Device
                "precision", this.Precision
                for warning in warnings do
                    "note", warning
            ]

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()

    interface IDisposable with
        member this.Dispose() = this.Dispose()

[<RequireQualifiedAccess>]
module Model =
    let private create (backend: Backend) warnings fingerprint (weights: Weights) =
        backend.Infer weights
        |> Result.map (fun runner ->
            new Model(weights.Card, weights.Shape, fingerprint, warnings, runner, false))

    let ofWeights backend (weights: Weights) =
        create
            backend
            (TrainingProvenance.warnings weights.Card)
            (WeightFile.fingerprint weights)
            weights

    /// Down to this many units int8 leaves predictions as they are, within 0.005 of Spearman's ρ.
    let private leastUnitsForInt8 = 256

    let load backend (nameOrPath: string) =
        ArgumentNullException.ThrowIfNull(nameOrPath, "nameOrPath")

        WeightStore.resolve nameOrPath
        |> Result.mapError ModelError.Weights
        |> Result.bind (fun loaded ->
            create backend loaded.Warnings loaded.Fingerprint.Value loaded.Weights
            |> Result.mapError ModelError.Backend)
        |> Result.bind (fun model ->
            if
                model.Precision = Precision.name Precision.Int8
                && model.Shape.Units < leastUnitsForInt8
            then
                model.Dispose()
                Error(ModelError.PrecisionTooLow(model.Card.Name, model.Shape.Units))
            else
                Ok model)

    let mapMany options output (sequenceOf: 'item -> Sequence) (model: Model) (items: 'item seq) =
        ArgumentNullException.ThrowIfNull(box items, nameof items)
        Streaming.many model.Runner output options (fun _ item -> sequenceOf item) items

    let iterate
        options
        outputs
        (sequenceOf: 'item -> Sequence)
        (action: Use<'item>)
        (model: Model)
        (items: 'item seq)
        =
        ArgumentNullException.ThrowIfNull(box items, nameof items)

        let deliver =
            Deliver<'item>(fun item _ (output: inref<SequenceOutput>) ->
                action.Invoke(item, &output))

        ItemSource.ofSeq (fun _ item -> sequenceOf item) items
        |> Streaming.each model.Runner outputs options deliver

    /// Refuses sequences that need logits of a model without a head.
    let private withoutLogits (card: WeightCard) (source: IStepwiseSource) =
        { new IStepwiseSource with
            member _.Take() =
                match source.Take() with
                | null -> null
                | sequence when sequence.NeedsLogits ->
                    raise (UniRepException("NoHead", Weights.noHead card))
                | sequence -> sequence

            member _.IsPaused = source.IsPaused
        }

    let beginStepwise cancellation sequences (source: IStepwiseSource) (model: Model) =
        ArgumentNullException.ThrowIfNull(source, nameof source)
        let runner = model.Runner

        let source =
            if model.HasHead then
                source
            else
                withoutLogits model.Card source

        match runner.BeginStepwise with
        | Some start -> start source sequences cancellation
        | None ->
            let run =
                StepwiseRun.OverBatches(
                    model.Shape,
                    source,
                    Streaming.complete runner,
                    cancellation
                )

            {
                Advance = run.Advance
                Close = run.Dispose
            }

    let map options output (model: Model) (sequence: Sequence) =
        ArgumentNullException.ThrowIfNull(box sequence, nameof sequence)

        Streaming.many model.Runner output options (fun _ sequence -> sequence) [| sequence |]
        |> Seq.head
        |> snd

    let private mapSequences output model (sequences: Sequence seq) =
        ArgumentNullException.ThrowIfNull(box sequences, nameof sequences)
        mapMany RunOptions.none output id model sequences |> Seq.map snd

    let embed model (records: SequenceRecord seq) =
        ArgumentNullException.ThrowIfNull(box records, nameof records)

        mapMany
            RunOptions.none
            Output.rep
            (fun (record: SequenceRecord) -> record.Sequence)
            model
            records

    let represent model sequence =
        map RunOptions.none Output.rep model sequence

    let representMany model sequences = mapSequences Output.rep model sequences

    let hiddenStates model sequence =
        map RunOptions.none Output.hiddenStates model sequence

    let logits model sequence =
        map RunOptions.none Output.logits model sequence

    let logLikelihoods model sequence =
        map RunOptions.none Output.logLikelihoods model sequence

    let logLikelihood includeStop model sequence =
        map RunOptions.none (Output.logLikelihood includeStop) model sequence

    let logLikelihoodMany includeStop model sequences =
        mapSequences (Output.logLikelihood includeStop) model sequences
