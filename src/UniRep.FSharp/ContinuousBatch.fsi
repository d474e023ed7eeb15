namespace UniRep

open System
open System.Threading
open System.Threading.Tasks
open UniRep.Compute

/// The limits of a continuous batch.
type ContinuousBatchOptions =
    {
        /// The residues that may wait for a lane. Sequences that would exceed it are refused, unless nothing waits.
        MaximalWaitingResidues: int64
        /// The sequences that are computed side by side; 0 for as many as give the best throughput.
        MaximalLanes: int
    }

/// The limits of a continuous batch.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module ContinuousBatchOptions =
    /// 1,048,576 waiting residues, as many lanes as give the best throughput.
    val defaults: ContinuousBatchOptions

/// Why sequences may not join a continuous batch.
[<RequireQualifiedAccess>]
type JoinError =
    /// So many residues wait that there is no room for more; an estimate of the seconds until there is.
    | QueueFull of waitingResidues: int64 * seconds: float
    /// The batch is draining or disposed.
    | Closed

    interface IError

    /// Gets in one sentence what is wrong and what to do.
    member Message: string

/// One endless batch of a model. Sequences join it at any time, from any thread: each takes a lane at the next step, and
/// its task ends as soon as it is done. Results have the same bits as those of `Model.map`.
///
/// Each client has a queue of its own. Free lanes go to the clients in turn, each turn worth about the same number of
/// residues; within a client to the sequence that came first. Long sequences may take only a part of the lanes, so that
/// short ones need not wait for their end; a short one may then overtake a long one of the same client.
///
/// With a backend that cannot take sequences at any step, those that wait together become a batch.
[<Sealed>]
type ContinuousBatch =
    interface IAsyncDisposable

    /// Starts a batch. Nothing computes, and no thread is busy, until a sequence joins. The model must not be disposed
    /// before the batch.
    static member Start: model: Model * options: ContinuousBatchOptions -> ContinuousBatch

    /// Joins a sequence. The task ends with its result, with the exception of `output.Take` or of the backend, or as
    /// cancelled: by the token, which frees the lane within a step, or because the batch is disposed. `output.Take` runs on
    /// a thread of the thread pool. An error comes at once, and nothing has joined then. A model without a head raises
    /// UniRepException for outputs that need logits. An output that reads backward raises ArgumentException.
    member TryJoin:
        output: Output<'result> *
        sequence: Sequence *
        client: string *
        cancellation: CancellationToken ->
            Result<Task<'result>, JoinError>

    /// Joins the sequences of one request, all or none; the tasks are in their order.
    member TryJoinMany:
        output: Output<'result> *
        sequences: Sequence array *
        client: string *
        cancellation: CancellationToken ->
            Result<Task<'result> array, JoinError>

    /// Gets what waits, what is in lanes, and how much is computed, at this moment.
    member Statistics: ContinuousStatistics

    /// Lets no more sequences join; the task ends when those that joined have ended.
    member DrainAsync: unit -> Task

    /// Cancels what waits and what is in lanes; the task ends when no thread computes any more.
    member DisposeAsync: unit -> ValueTask
