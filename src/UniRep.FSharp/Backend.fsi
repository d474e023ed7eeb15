namespace UniRep

open System
open System.Threading
open UniRep.Compute

/// Why a backend cannot run or train a model.
[<RequireQualifiedAccess>]
type BackendError =
    /// This machine lacks what the backend needs.
    | Unavailable of backend: string * reason: string
    /// The backend cannot do what is asked for.
    | Unsupported of backend: string * what: string
    /// The memory does not suffice, not even for the smallest part of the work.
    | OutOfMemory of backend: string * what: string * reason: string

    interface IError

    /// Gets in one sentence what is wrong.
    member Message: string

/// The processor that computes.
[<RequireQualifiedAccess>]
type Device =
    /// A CPU; None where the backend does not choose the instruction set.
    | Cpu of threads: int * instructionSet: InstructionSet option
    /// A GPU.
    | Gpu of name: string

/// What a caller wants of a run besides its results.
type RunOptions =
    {
        /// Receives the number of residues computed so far.
        Progress: IProgress<int64> option
        /// Ends the run with OperationCanceledException, within a step.
        Cancellation: CancellationToken
    }

/// Works on run options.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module RunOptions =
    /// No progress, no cancellation.
    val none: RunOptions

    /// No progress; a token that ends the run.
    val cancelledBy: cancellation: CancellationToken -> RunOptions

/// A run under way.
type Run =
    {
        /// Computes on this thread until every result is delivered (true) or the sink is full (false), or, in a stepwise
        /// run, until every sequence has ended (true) or the source pauses (false); a run that pauses holds no thread. Exceptions of source and sink are passed on; a cancelled run raises
        /// OperationCanceledException.
        Advance: unit -> bool
        /// Ends the run, done or not.
        Close: unit -> unit
    }

/// Weights that a backend has made ready to run. Safe to use from several threads.
type Runner =
    {
        /// What computes.
        Device: Device
        /// The numbers of the matrix products, as reports name them: `exact`, `bfloat16`.
        Precision: string
        /// Whether it computes logits: the weights have a language-model head.
        HasHead: bool
        /// Starts a run: sequences come from the source, results go to the sink, in the order of the input.
        /// ObjectDisposedException once the runner is closed. A run that the memory does not suffice for raises
        /// UniRepException with the case `OutOfMemory`.
        Begin: ISequenceSource -> ISequenceSink -> Outputs -> RunOptions -> Run
        /// Starts a run that sequences join while it computes; None if the backend takes whole runs only. `ContinuousBatch`
        /// then computes what waits together as one run.
        BeginContinuous: (ContinuousRunOptions -> ContinuousRun) option
        /// Starts a run of sequences that are decided while they are computed, with the most that there are at a time;
        /// None if the backend takes whole runs only. `Model.beginStepwise` then computes each sequence anew from its start
        /// whenever it has decided.
        BeginStepwise: (IStepwiseSource -> int -> CancellationToken -> Run) option
        /// Frees the memory, once runs under way have ended.
        Close: unit -> unit
    }

/// A way to run and to train models: a value, chosen where a model is loaded or trained.
type Backend =
    {
        /// A name for reports: `cpu`.
        Name: string
        /// Makes weights ready to run.
        Infer: Weights -> Result<Runner, BackendError>
        /// Starts a training from a state of the parameters and the optimizer; None if the backend cannot train.
        Train: (TrainerOptions -> TrainerState -> Result<ITrainer, BackendError>) option
    }
