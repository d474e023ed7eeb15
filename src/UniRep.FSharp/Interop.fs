namespace UniRep

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open System.Threading.Tasks
open UniRep.Compute

[<Sealed; TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type Representation internal (rep: Rep) =
    member _.Average = ReadOnlyMemory rep.Average
    member _.Final = ReadOnlyMemory rep.Final
    member _.Cell = ReadOnlyMemory rep.Cell
    member _.ToFusion() = Rep.fusion rep
    member _.Summary = rep.Summary
    member _.ToHtml() = rep.ToHtml()
    override _.ToString() = rep.Summary

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()

[<Sealed; TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type UniRepModel private (model: Model) =
    static let settings threads precision =
        { Backend.automatic with
            Threads = threads
            Precision = precision
        }

    static let load nameOrPath threads precision =
        match Model.load (settings threads precision) nameOrPath with
        | Ok model -> new UniRepModel(model)
        | Error error -> Throw.error error

    /// C# may pass null whatever the annotations say.
    let parse (text: string) =
        ArgumentNullException.ThrowIfNull(text, "sequence")

        match Sequence.parse text with
        | Ok sequence -> sequence
        | Error error -> Throw.invalidSequence 0 error

    let parseAt index (text: string) =
        if isNull (box text) then
            Throw.nullSequence "sequences" index

        match Sequence.parse text with
        | Ok sequence -> sequence
        | Error error -> Throw.invalidSequence index error

    /// One sequence on a thread of the pool.
    let inBackground (sequence: string) cancellation (compute: Model -> Sequence -> 'result) =
        ArgumentNullException.ThrowIfNull(sequence, "sequence")
        // Raises at once if the model is disposed of.
        model.Backend |> ignore
        Task.Run((fun () -> compute model (parse sequence)), cancellation)

    let take =
        Take<Representation>(fun (output: inref<SequenceOutput>) ->
            Representation(Model.takeRep.Invoke &output))

    static member LoadDefault
        (
            [<Optional; DefaultParameterValue(0)>] threads: int,
            [<Optional; DefaultParameterValue(Precision.Exact)>] precision: Precision
        ) =
        load WeightCatalog.defaultName threads precision

    static member Load
        (
            nameOrPath: string,
            [<Optional; DefaultParameterValue(0)>] threads: int,
            [<Optional; DefaultParameterValue(Precision.Exact)>] precision: Precision
        ) =
        load nameOrPath threads precision

    static member FromWeights
        (
            weights: Weights,
            [<Optional; DefaultParameterValue(0)>] threads: int,
            [<Optional; DefaultParameterValue(Precision.Exact)>] precision: Precision
        ) =
        ArgumentNullException.ThrowIfNull(weights, "weights")

        new UniRepModel(Model.ofWeights (settings threads precision) weights)

    static member EvoTune
        (
            sequences: IEnumerable<string>,
            [<Optional; DefaultParameterValue("open-672")>] nameOrPath: string,
            [<Optional; DefaultParameterValue(0)>] epochs: int,
            [<Optional; DefaultParameterValue(0.0)>] learningRate: float,
            [<Optional; DefaultParameterValue("")>] saveTo: string,
            [<Optional; DefaultParameterValue(null: IProgress<TuningProgress> | null)>] progress:
                IProgress<TuningProgress> | null,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) =
        ArgumentNullException.ThrowIfNull(sequences, "sequences")
        ArgumentNullException.ThrowIfNull(nameOrPath, "nameOrPath")
        let usual = TrainingOptions.evotune

        let options =
            { usual with
                Epochs = if epochs = 0 then usual.Epochs else epochs
                LearningRate = if learningRate = 0.0 then None else Some learningRate
            }

        if not (String.IsNullOrEmpty saveTo) then
            UniRep.checkSavePlace saveTo

        cancellation.ThrowIfCancellationRequested()

        let tuned =
            UniRep.tuneWith
                (TuningObserver.create options.Epochs progress cancellation)
                options
                (UniRep.weightsOf nameOrPath)
                sequences

        cancellation.ThrowIfCancellationRequested()

        if not (String.IsNullOrEmpty saveTo) then
            match WeightFile.save saveTo tuned.Weights with
            | Ok() -> ()
            | Error error -> Throw.error error

        new UniRepModel(Model.ofWeights Backend.automatic tuned.Weights)

    member _.Name = model.Card.Name
    member _.License = model.Card.License
    member _.Units = model.Shape.Units
    member _.Layers = model.Shape.Layers
    member _.Fingerprint = model.Fingerprint
    member _.Summary = model.Summary
    member _.ToHtml() = model.ToHtml()
    override _.ToString() = model.Summary
    member _.Warnings = Array.ofList model.Warnings :> IReadOnlyList<string>

    member _.Represent(sequence: string) =
        Representation(Model.represent model (parse sequence))

    member _.RepresentAsync
        (
            sequence: string,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : Task<Representation> =
        inBackground sequence cancellation (fun model sequence ->
            Representation(Model.representWith cancellation model sequence))

    member _.RepresentMany(sequences: IEnumerable<string>) : IEnumerable<Representation> =
        ArgumentNullException.ThrowIfNull(sequences, "sequences")

        Streaming.many model.Backend Outputs.Vectors take (fun () ->
            TokenSource.ofSeq parseAt sequences)

    member _.RepresentManyAsync
        (
            sequences: IEnumerable<string>,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : IAsyncEnumerable<Representation> =
        ArgumentNullException.ThrowIfNull(sequences, "sequences")

        let source _ = TokenSource.ofSeq parseAt sequences

        Streaming.manyAsync
            model.Backend
            Outputs.Vectors
            (fun () -> struct (source, take))
            cancellation

    member _.RepresentManyAsync
        (
            sequences: IAsyncEnumerable<string>,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : IAsyncEnumerable<Representation> =
        ArgumentNullException.ThrowIfNull(sequences, "sequences")

        let source = TokenSource.ofAsyncSeq parseAt sequences

        Streaming.manyAsync
            model.Backend
            Outputs.Vectors
            (fun () -> struct (source, take))
            cancellation

    member _.HiddenStates(sequence: string) =
        Model.hiddenStates model (parse sequence)

    member _.HiddenStatesAsync
        (
            sequence: string,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : Task<float32[,]> =
        inBackground sequence cancellation (Model.hiddenStatesWith cancellation)

    member _.Logits(sequence: string) = Model.logits model (parse sequence)

    member _.LogitsAsync
        (
            sequence: string,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : Task<float32[,]> =
        inBackground sequence cancellation (Model.logitsWith cancellation)

    member _.LogLikelihood
        (sequence: string, [<Optional; DefaultParameterValue(true)>] includeStop: bool)
        =
        Model.logLikelihood includeStop model (parse sequence)

    member _.LogLikelihoodAsync
        (
            sequence: string,
            [<Optional; DefaultParameterValue(true)>] includeStop: bool,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : Task<float> =
        inBackground sequence cancellation (Model.logLikelihoodWith cancellation includeStop)

    member _.LogLikelihoodMany
        (sequences: IEnumerable<string>, [<Optional; DefaultParameterValue(true)>] includeStop: bool) : IEnumerable<
            float
                                                                                                         >
        =
        ArgumentNullException.ThrowIfNull(sequences, "sequences")
        let backend = model.Backend

        seq {
            let struct (parse, take) = Model.scoring includeStop parseAt

            yield!
                Streaming.many backend Outputs.Logits take (fun () ->
                    TokenSource.ofSeq parse sequences)
        }

    member _.LogLikelihoodManyAsync
        (
            sequences: IEnumerable<string>,
            [<Optional; DefaultParameterValue(true)>] includeStop: bool,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : IAsyncEnumerable<float> =
        ArgumentNullException.ThrowIfNull(sequences, "sequences")

        let job () =
            let struct (parse, take) = Model.scoring includeStop parseAt
            struct ((fun _ -> TokenSource.ofSeq parse sequences), take)

        Streaming.manyAsync model.Backend Outputs.Logits job cancellation

    member _.LogLikelihoodManyAsync
        (
            sequences: IAsyncEnumerable<string>,
            [<Optional; DefaultParameterValue(true)>] includeStop: bool,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : IAsyncEnumerable<float> =
        ArgumentNullException.ThrowIfNull(sequences, "sequences")

        let job () =
            let struct (parse, take) = Model.scoring includeStop parseAt
            struct (TokenSource.ofAsyncSeq parse sequences, take)

        Streaming.manyAsync model.Backend Outputs.Logits job cancellation

    member _.Dispose() = model.Dispose()

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()

    interface IDisposable with
        member this.Dispose() = this.Dispose()
