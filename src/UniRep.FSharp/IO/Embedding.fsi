namespace UniRep.IO

open System.Threading
open UniRep

/// Computes the representations of a file, with a check of the whole input before hours are spent on it.
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

    /// Embeds a file into a new file: `check` and `run`, the format by the extension of the output; the three vectors, or
    /// the average alone if the format holds one array.
    ///
    /// <example><code>Embedding.file (UniRep.model ()) "proteins.fasta" "proteins.npz"</code></example>
    val file:
        model: Model -> input: string -> output: string -> Result<EmbeddingSummary, EmbeddingError>
