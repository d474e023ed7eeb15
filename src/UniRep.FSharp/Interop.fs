namespace UniRep

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
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
    static let load nameOrPath threads precision =
        match
            Model.load
                { Backend.automatic with
                    Threads = threads
                    Precision = precision
                }
                nameOrPath
        with
        | Ok model -> new UniRepModel(model)
        | Error error -> Throw.error error (WeightStore.describe error)

    /// C# may pass null whatever the annotations say.
    let parseAt index (text: string) =
        ArgumentNullException.ThrowIfNull(text, "sequence")

        match Sequence.parse text with
        | Ok sequence -> sequence
        | Error error -> Throw.invalidSequence index error

    let parse = parseAt 0

    let parseMany (texts: string seq) =
        ArgumentNullException.ThrowIfNull(texts, "sequences")
        Seq.mapi parseAt texts

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

    static member EvoTune
        (
            sequences: IEnumerable<string>,
            [<Optional; DefaultParameterValue("open-256")>] nameOrPath: string,
            [<Optional; DefaultParameterValue(0)>] epochs: int,
            [<Optional; DefaultParameterValue(0.0)>] learningRate: float,
            [<Optional; DefaultParameterValue("")>] saveTo: string
        ) =
        ArgumentNullException.ThrowIfNull(sequences, "sequences")
        let usual = TrainingOptions.evotune

        let options =
            { usual with
                Epochs = if epochs = 0 then usual.Epochs else epochs
                LearningRate = if learningRate = 0.0 then None else Some learningRate
            }

        if not (String.IsNullOrEmpty saveTo) then
            UniRep.checkSavePlace saveTo

        let tuned = UniRep.tune options (UniRep.weightsOf nameOrPath) sequences

        if not (String.IsNullOrEmpty saveTo) then
            match WeightFile.save saveTo tuned.Weights with
            | Ok() -> ()
            | Error error -> Throw.error error (WeightFile.describe error)

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

    member _.RepresentMany(sequences: IEnumerable<string>) : IEnumerable<Representation> =
        Streaming.many model.Backend Outputs.Vectors take (parseMany sequences)

    member _.RepresentManyAsync
        (
            sequences: IEnumerable<string>,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : IAsyncEnumerable<Representation> =
        Streaming.manyAsync model.Backend Outputs.Vectors take (parseMany sequences) cancellation

    member _.HiddenStates(sequence: string) =
        Model.hiddenStates model (parse sequence)

    member _.Logits(sequence: string) = Model.logits model (parse sequence)

    member _.LogLikelihood
        (sequence: string, [<Optional; DefaultParameterValue(true)>] includeStop: bool)
        =
        Model.logLikelihood includeStop model (parse sequence)

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()

    interface IDisposable with
        member _.Dispose() = (model :> IDisposable).Dispose()
