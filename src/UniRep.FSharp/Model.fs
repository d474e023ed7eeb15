namespace UniRep

open System
open System.Collections.Concurrent
open System.Threading
open UniRep.Compute

[<Sealed>]
[<TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type Model
    internal
    (
        card: WeightCard,
        shape: WeightsShape,
        fingerprint: string,
        warnings: string list,
        backend: Backend,
        isShared: bool
    ) =
    let mutable isDisposed = false
    member _.Card = card
    member _.Shape = shape
    member _.Fingerprint = fingerprint
    member _.Warnings = warnings
    member _.Threads = backend.Threads
    member _.InstructionSet = backend.InstructionSet
    member _.Precision = backend.Precision

    /// What runs the model; raises once it is disposed of.
    member internal this.Backend =
        ObjectDisposedException.ThrowIf(isDisposed, this)
        backend

    /// The same model for everyone: disposing of it does nothing.
    member internal _.Shared = new Model(card, shape, fingerprint, warnings, backend, true)

    member this.Dispose() =
        if not isShared then
            isDisposed <- true
            backend.Close()

    member this.Run
        (
            source: ISequenceSource,
            sink: ISequenceSink,
            outputs: Outputs,
            progress: IProgress<int64> option,
            cancellation: CancellationToken
        ) =
        this.Backend.Run
            {
                Source = source
                Sink = sink
                Outputs = outputs
                Progress = progress
                Cancellation = cancellation
            }

    member private this.Processor =
        $"""{this.InstructionSet}, {Display.counted this.Threads "thread"}"""

    member this.Summary =
        $"Model {card.Name}: {shape.Words}, {card.License}, {this.Precision}, {this.Processor}"

    override this.ToString() = this.Summary

    member this.ToHtml() =
        Display.properties
            $"Model {card.Name}"
            [
                "sizes", shape.Words
                "licence", card.License
                "from", card.Provenance
                "fingerprint", fingerprint
                "runs on", this.Processor
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
    let private create settings warnings fingerprint (weights: Weights) =
        new Model(
            weights.Card,
            weights.Shape,
            fingerprint,
            warnings,
            Backend.engine settings weights,
            false
        )

    let ofWeights settings (weights: Weights) =
        create
            settings
            (TrainingProvenance.warnings weights.Card)
            (WeightFile.fingerprint weights)
            weights

    /// Down to this many units int8 leaves predictions as they are, within 0.005 of Spearman's ρ.
    let private leastUnitsForInt8 = 256

    let load (settings: EngineSettings) (nameOrPath: string) =
        ArgumentNullException.ThrowIfNull(nameOrPath, "nameOrPath")

        WeightStore.resolve nameOrPath
        |> Result.bind (fun loaded ->
            let units = loaded.Weights.Shape.Units

            if settings.Precision = Precision.Int8 && units < leastUnitsForInt8 then
                Error(PrecisionTooLow(loaded.Weights.Card.Name, units))
            else
                Ok(create settings loaded.Warnings loaded.Fingerprint.Value loaded.Weights))

    /// The three vectors, copied.
    let internal takeRep =
        Take<Rep>(fun (output: inref<SequenceOutput>) ->
            {
                Average = output.Average.ToArray()
                Final = output.Final.ToArray()
                Cell = output.Cell.ToArray()
            })

    let private table (rows: int) (values: ReadOnlySpan<float32>) =
        let cols = values.Length / rows
        let table = Array2D.zeroCreate rows cols

        for k in 0 .. values.Length - 1 do
            table[k / cols, k % cols] <- values[k]

        table

    /// One run over one sequence.
    let private compute outputs (take: Take<'result>) cancellation (model: Model) sequence =
        ArgumentNullException.ThrowIfNull(box sequence, "sequence")
        Streaming.one model.Backend outputs take cancellation sequence

    /// Sequences at hand are sequences already.
    let private sourceOf (sequences: Sequence seq) () =
        TokenSource.ofSeq (fun _ sequence -> sequence) sequences

    let representWith cancellation model sequence =
        compute Outputs.Vectors takeRep cancellation model sequence

    let represent model sequence =
        representWith CancellationToken.None model sequence

    let representMany (model: Model) sequences =
        ArgumentNullException.ThrowIfNull(box sequences, "sequences")
        Streaming.many model.Backend Outputs.Vectors takeRep (sourceOf sequences)

    let hiddenStatesWith cancellation model sequence =
        let take =
            Take(fun (output: inref<SequenceOutput>) ->
                table (output.Length + 1) output.HiddenStates)

        compute Outputs.HiddenStates take cancellation model sequence

    let hiddenStates model sequence =
        hiddenStatesWith CancellationToken.None model sequence

    let logitsWith cancellation model sequence =
        let take =
            Take(fun (output: inref<SequenceOutput>) -> table (output.Length + 1) output.Logits)

        compute Outputs.Logits take cancellation model sequence

    let logits model sequence =
        logitsWith CancellationToken.None model sequence

    /// The log-probability of each residue, then of stop; L + 1 values.
    let private logProbabilities (sequence: Sequence) (logits: ReadOnlySpan<float32>) =
        let terms = Array.zeroCreate (sequence.Length + 1)
        let tokens = sequence.Tokens.Span

        for t in 0 .. sequence.Length do
            let row = logits.Slice(t * MlstmShape.Classes, MlstmShape.Classes)
            let target = if t < sequence.Length then tokens[t] else Residue.stop
            let mutable top = float row[0]

            for k in 1 .. row.Length - 1 do
                top <- max top (float row[k])

            let mutable sum = 0.0

            for k in 0 .. row.Length - 1 do
                sum <- sum + exp (float row[k] - top)

            terms[t] <- float row[int target - 1] - top - log sum

        terms

    let private termsWith cancellation model sequence =
        let take =
            Take(fun (output: inref<SequenceOutput>) -> logProbabilities sequence output.Logits)

        compute Outputs.Logits take cancellation model sequence

    let logLikelihoods model sequence =
        termsWith CancellationToken.None model sequence

    let private total includeStop (terms: float[]) =
        if includeStop then
            Array.sum terms
        else
            Array.sum terms[.. terms.Length - 2]

    let logLikelihoodWith cancellation includeStop model sequence =
        termsWith cancellation model sequence |> total includeStop

    let logLikelihood includeStop model sequence =
        logLikelihoodWith CancellationToken.None includeStop model sequence

    let scoring includeStop (parse: int -> 'item -> Sequence) =
        // Results come in the order of the input, so the first sequence under way is the one that a result is of.
        let underWay = ConcurrentQueue<Sequence>()

        let noted index item =
            let sequence = parse index item
            underWay.Enqueue sequence
            sequence

        let take =
            Take(fun (output: inref<SequenceOutput>) ->
                let _, sequence = underWay.TryDequeue()
                logProbabilities sequence output.Logits |> total includeStop)

        struct (noted, take)

    let logLikelihoodMany includeStop (model: Model) (sequences: Sequence seq) =
        ArgumentNullException.ThrowIfNull(box sequences, "sequences")
        let backend = model.Backend

        seq {
            let struct (noted, take) = scoring includeStop (fun _ sequence -> sequence)

            yield!
                Streaming.many backend Outputs.Logits take (fun () ->
                    TokenSource.ofSeq noted sequences)
        }
