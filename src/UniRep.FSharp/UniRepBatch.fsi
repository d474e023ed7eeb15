namespace UniRep

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open System.Threading.Tasks
open UniRep.Compute

/// An endless batch of a model for C#, for programs that get sequences one by one from many callers, such as services.
/// A sequence joins from any thread and takes a lane at the next step, so that callers share the throughput of a batch
/// without waiting for one to fill. Results have the same bits as those of UniRepModel. Free lanes go to the clients in
/// turn, and long sequences take only a part of them.
///
/// What is wrong with a sequence ends its task with UniRepException, and so does a refusal: its Case is `QueueFull`, with
/// a message that says when to try again, or `Closed` after a drain. A null is an ArgumentNullException, and a batch that was
/// disposed of an ObjectDisposedException.
[<Sealed>]
type UniRepBatch =
    interface IAsyncDisposable
    interface IDisposable

    internal new: model: Model * options: ContinuousBatchOptions -> UniRepBatch

    /// <summary>Computes the vectors of one sequence.</summary>
    /// <param name="sequence">Residues as upper-case letters.</param>
    /// <param name="cancellation">Frees the lane within a step; the task ends as cancelled.</param>
    member RepresentAsync:
        sequence: string * cancellation: CancellationToken -> Task<Representation>

    /// <summary>Computes the vectors of one sequence of a client.</summary>
    /// <param name="sequence">Residues as upper-case letters.</param>
    /// <param name="client">The client; its sequences share a queue.</param>
    /// <param name="cancellation">Frees the lane within a step; the task ends as cancelled.</param>
    member RepresentAsync:
        sequence: string *
        [<Optional; DefaultParameterValue("")>] client: string *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            Task<Representation>

    /// <summary>Computes the vectors of the sequences of one request, which join all or not at all.</summary>
    /// <param name="sequences">Residues as upper-case letters, one sequence a string.</param>
    /// <param name="client">The client; its sequences share a queue.</param>
    /// <param name="cancellation">Frees the lanes within a step; the task ends as cancelled.</param>
    /// <returns>The vectors in the order of the sequences, once all are there.</returns>
    member RepresentAllAsync:
        sequences: IEnumerable<string> *
        [<Optional; DefaultParameterValue("")>] client: string *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            Task<Representation[]>

    /// <summary>Computes the log-likelihood of a sequence in nats.</summary>
    /// <param name="sequence">Residues as upper-case letters.</param>
    /// <param name="includeStop">Whether the final stop counts.</param>
    /// <param name="client">The client; its sequences share a queue.</param>
    /// <param name="cancellation">Frees the lane within a step; the task ends as cancelled.</param>
    member LogLikelihoodAsync:
        sequence: string *
        [<Optional; DefaultParameterValue(true)>] includeStop: bool *
        [<Optional; DefaultParameterValue("")>] client: string *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            Task<float>

    /// <summary>Computes the hidden state after start and after each residue, <c>[L + 1, H]</c>.</summary>
    /// <param name="sequence">Residues as upper-case letters.</param>
    /// <param name="client">The client; its sequences share a queue.</param>
    /// <param name="cancellation">Frees the lane within a step; the task ends as cancelled.</param>
    member HiddenStatesAsync:
        sequence: string *
        [<Optional; DefaultParameterValue("")>] client: string *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            Task<float32[,]>

    /// <summary>Computes the logits of the next token after start and after each residue, <c>[L + 1, 25]</c>; class k
    /// stands for token k + 1.</summary>
    /// <param name="sequence">Residues as upper-case letters.</param>
    /// <param name="client">The client; its sequences share a queue.</param>
    /// <param name="cancellation">Frees the lane within a step; the task ends as cancelled.</param>
    member LogitsAsync:
        sequence: string *
        [<Optional; DefaultParameterValue("")>] client: string *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            Task<float32[,]>

    /// Gets what waits, what is in lanes, and how much is computed, at this moment.
    member Statistics: ContinuousStatistics

    /// Lets no more sequences join; the task ends when those that joined have ended.
    member DrainAsync: unit -> Task

    /// Cancels what waits and what is in lanes; the task ends when no thread computes any more.
    member DisposeAsync: unit -> ValueTask

    /// Cancels what waits and what is in lanes, and waits until no thread computes any more.
    member Dispose: unit -> unit
