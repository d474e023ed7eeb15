namespace UniRep.IO

open System.Threading
open UniRep

/// Computes the representations of a file or of records and writes them, after a check of the whole input.
[<RequireQualifiedAccess>]
module Embedding =
    /// Ignores everything.
    val silent: EmbeddingObserver

    /// Reads the input once from beginning to end, so that no bad record ends a run of hours. An input that can be read
    /// only once is left unread. OperationCanceledException if cancelled.
    val check:
        cancellation: CancellationToken ->
        request: EmbeddingRequest ->
            Result<CheckedInput, EmbeddingError>

    /// Computes and writes the representations of an input that was checked with the same request. Nothing stands under
    /// the final name before all is written. Memory does not grow with the input. OperationCanceledException if cancelled.
    val run:
        options: RunOptions ->
        observer: EmbeddingObserver ->
        request: EmbeddingRequest ->
        model: Model ->
        input: CheckedInput ->
            Result<EmbeddingSummary, EmbeddingError>

    /// Makes the usual request for a new file: strict letters, the format by the extension, and the three vectors, or the
    /// average alone if the format holds one array. Change its fields for anything else.
    val request: input: EmbeddingInput -> output: string -> Result<EmbeddingRequest, EmbeddingError>

    /// Embeds what a request says: `check`, then `run`, with progress in residues and cancellation
    /// (OperationCanceledException).
    ///
    /// <example><code>
    /// Embedding.request (EmbeddingInput.File "proteins.fasta") "proteins.npz"
    /// |> Result.map (fun request -> { request with SkipInvalid = true })
    /// |> Result.bind (Embedding.embed RunOptions.none model)
    /// </code></example>
    val embed:
        options: RunOptions ->
        model: Model ->
        request: EmbeddingRequest ->
            Result<EmbeddingSummary, EmbeddingError>

    /// Embeds a file into a new file, with the usual request.
    ///
    /// <example><code>Embedding.file (UniRep.model ()) "proteins.fasta" "proteins.npz"</code></example>
    val file:
        model: Model -> input: string -> output: string -> Result<EmbeddingSummary, EmbeddingError>

    /// Embeds records into a new file, with the usual request. ArgumentException if records differ in their columns.
    ///
    /// <example><code>
    /// let records = List.map SequenceRecord.ofSequence [ "first", x; "second", y ]
    /// Embedding.records (UniRep.model ()) records "proteins.npz"
    /// </code></example>
    val records:
        model: Model ->
        records: SequenceRecord seq ->
        output: string ->
            Result<EmbeddingSummary, EmbeddingError>
