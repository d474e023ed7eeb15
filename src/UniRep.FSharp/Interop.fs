namespace UniRep

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open System.Threading.Tasks
open UniRep.Compute
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Training

[<Sealed; TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type UniRepModel private (model: Model) =
    static let ofWeights backend weights =
        new UniRepModel(Model.ofWeights backend weights |> Result.orRaise)

    static let load (raiseError: ModelError -> UniRepModel) backend nameOrPath =
        match Model.load backend nameOrPath with
        | Ok model -> new UniRepModel(model)
        | Error error -> raiseError error

    static let tuned backend sequences options nameOrPath saveTo progress cancellation =
        InteropCalls.tune backend sequences options nameOrPath saveTo progress cancellation
        |> ofWeights backend

    let parse = InteropCalls.parse
    let parseAt = InteropCalls.parseAt

    /// One sequence on a thread of the pool.
    let inBackground (sequence: string) cancellation (compute: Model -> Sequence -> 'result) =
        ArgumentNullException.ThrowIfNull(sequence, "sequence")
        // Raises at once if the model is disposed of.
        model.Runner |> ignore
        Task.Run((fun () -> compute model (parse sequence)), cancellation)

    /// One result of one sequence on a thread of the pool.
    let mapInBackground sequence cancellation output =
        inBackground sequence cancellation (Model.map (RunOptions.cancelledBy cancellation) output)

    let mapMany output (sequences: IEnumerable<string>) =
        ArgumentNullException.ThrowIfNull(sequences, "sequences")

        Streaming.many model.Runner output RunOptions.none parseAt sequences
        |> Seq.map snd

    let mapManyAsync output (sequences: IEnumerable<string>) cancellation =
        ArgumentNullException.ThrowIfNull(sequences, "sequences")

        Streaming.manyAsync
            model.Runner
            output
            (fun _ -> ItemSource.ofSeq parseAt sequences)
            cancellation

    let mapAsyncMany output (sequences: IAsyncEnumerable<string>) cancellation =
        ArgumentNullException.ThrowIfNull(sequences, "sequences")

        Streaming.manyAsync
            model.Runner
            output
            (ItemSource.ofAsyncSeq parseAt sequences)
            cancellation

    static let representation = Output.map Representation Output.rep

    static member LoadDefault
        (
            [<Optional; DefaultParameterValue(0)>] threads: int,
            [<Optional; DefaultParameterValue(Precision.Exact)>] precision: Precision
        ) =
        UniRepModel.Load(WeightCatalog.defaultName, threads, precision)

    static member Load
        (
            nameOrPath: string,
            [<Optional; DefaultParameterValue(0)>] threads: int,
            [<Optional; DefaultParameterValue(Precision.Exact)>] precision: Precision
        ) =
        load (_.Raise()) (InteropCalls.backend threads precision) nameOrPath

    static member Load(nameOrPath: string, cuda: CudaOptions) =
        load InteropCalls.raiseOnGpu (Cuda.backend cuda) nameOrPath

    static member FromWeights
        (
            weights: Weights,
            [<Optional; DefaultParameterValue(0)>] threads: int,
            [<Optional; DefaultParameterValue(Precision.Exact)>] precision: Precision
        ) =
        ArgumentNullException.ThrowIfNull(weights, "weights")

        ofWeights (InteropCalls.backend threads precision) weights

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
        let usual = TrainingOptions.evotune

        tuned
            Cpu.automatic
            sequences
            { usual with
                Epochs = if epochs = 0 then usual.Epochs else epochs
                LearningRate = if learningRate = 0.0 then None else Some learningRate
            }
            nameOrPath
            saveTo
            progress
            cancellation

    static member EvoTune
        (
            sequences: IEnumerable<string>,
            options: TrainingOptions,
            [<Optional; DefaultParameterValue("open-672")>] nameOrPath: string,
            [<Optional; DefaultParameterValue("")>] saveTo: string,
            [<Optional; DefaultParameterValue(null: IProgress<TuningProgress> | null)>] progress:
                IProgress<TuningProgress> | null,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken,
            [<Optional; DefaultParameterValue(null: CudaOptions | null)>] cuda: CudaOptions | null
        ) =
        ArgumentNullException.ThrowIfNull(options, "options")

        let backend =
            match cuda with
            | null -> Cpu.automatic
            | cuda -> Cuda.backend cuda

        tuned backend sequences options nameOrPath saveTo progress cancellation

    member internal _.Model = model
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
        mapInBackground sequence cancellation representation

    member _.RepresentMany(sequences: IEnumerable<string>) : IEnumerable<Representation> =
        mapMany representation sequences

    member _.RepresentManyAsync
        (
            sequences: IEnumerable<string>,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : IAsyncEnumerable<Representation> =
        mapManyAsync representation sequences cancellation

    member _.RepresentManyAsync
        (
            sequences: IAsyncEnumerable<string>,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : IAsyncEnumerable<Representation> =
        mapAsyncMany representation sequences cancellation

    member _.EmbedFile
        (
            input: string,
            output: string,
            [<Optional; DefaultParameterValue(false)>] overwrite: bool,
            [<Optional; DefaultParameterValue(null: IProgress<int64> | null)>] progress:
                IProgress<int64> | null,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : EmbeddedFile =
        ArgumentNullException.ThrowIfNull(input, "input")
        InteropCalls.embed model (EmbeddingInput.File input) output overwrite progress cancellation

    member _.EmbedRecords
        (
            records: IEnumerable<struct (string * string)>,
            output: string,
            [<Optional; DefaultParameterValue(false)>] overwrite: bool,
            [<Optional; DefaultParameterValue(null: IProgress<int64> | null)>] progress:
                IProgress<int64> | null,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : EmbeddedFile =
        ArgumentNullException.ThrowIfNull(records, "records")
        let parsed = records |> Seq.mapi InteropCalls.recordAt
        // What is in memory is checked before anything is computed.
        let parsed =
            if ItemSource.isAtHand records then
                Array.ofSeq parsed :> _ seq
            else
                parsed

        InteropCalls.embed
            model
            (EmbeddingInput.Records("the records", parsed))
            output
            overwrite
            progress
            cancellation

    member _.HiddenStates(sequence: string) =
        Model.hiddenStates model (parse sequence)

    member _.HiddenStatesAsync
        (
            sequence: string,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : Task<float32[,]> =
        mapInBackground sequence cancellation Output.hiddenStates

    member _.Logits(sequence: string) = Model.logits model (parse sequence)

    member _.LogitsAsync
        (
            sequence: string,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : Task<float32[,]> =
        mapInBackground sequence cancellation Output.logits

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
        mapInBackground sequence cancellation (Output.logLikelihood includeStop)

    member _.LogLikelihoodMany
        (sequences: IEnumerable<string>, [<Optional; DefaultParameterValue(true)>] includeStop: bool) : IEnumerable<
            float
                                                                                                         >
        =
        mapMany (Output.logLikelihood includeStop) sequences

    member _.LogLikelihoodManyAsync
        (
            sequences: IEnumerable<string>,
            [<Optional; DefaultParameterValue(true)>] includeStop: bool,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : IAsyncEnumerable<float> =
        mapManyAsync (Output.logLikelihood includeStop) sequences cancellation

    member _.LogLikelihoodManyAsync
        (
            sequences: IAsyncEnumerable<string>,
            [<Optional; DefaultParameterValue(true)>] includeStop: bool,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : IAsyncEnumerable<float> =
        mapAsyncMany (Output.logLikelihood includeStop) sequences cancellation

    member _.StartBatch
        (
            [<Optional; DefaultParameterValue(0L)>] maximalWaitingResidues: int64,
            [<Optional; DefaultParameterValue(0)>] maximalLanes: int
        ) =
        new UniRepBatch(model, InteropCalls.batchOptions maximalWaitingResidues maximalLanes)

    member _.Dispose() = model.Dispose()

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()

    interface IDisposable with
        member this.Dispose() = this.Dispose()
