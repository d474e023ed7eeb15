namespace UniRep

open System
open System.Threading
open UniRep.Compute

/// How the engine is to run.
type EngineSettings =
    {
        /// The number of threads, at most 1024; 0 for one per core, or as many as a container's quota allows.
        Threads: int
        /// The instruction set; None for the best this machine has.
        InstructionSet: InstructionSet option
        /// The numbers that matrix products are computed in; anything but Exact changes the results (docs/precision.md).
        Precision: Precision
    }

/// What one run of a model takes: where token sequences come from, where results go, in the order of the input.
type Job =
    {
        Source: ISequenceSource
        Sink: ISequenceSink
        /// What is computed besides the three vectors.
        Outputs: Outputs
        /// Told the number of residues done so far.
        Progress: IProgress<int64> option
        Cancellation: CancellationToken
    }

/// A job under way.
type Run =
    {
        /// Computes until every result is delivered (true) or the sink is full (false), and holds no thread in between;
        /// an exception of source or sink comes out unchanged, a cancelled job raises OperationCanceledException.
        Advance: unit -> bool
        /// Ends it, done or not.
        Close: unit -> unit
    }

/// A way to run a model: a value, chosen where the model is loaded.
type Backend =
    {
        /// A name for reports: `engine`.
        Name: string
        /// The instruction set in use, for reports: `AVX-512`, `AVX2`, `FMA-128`, `portable`.
        InstructionSet: string
        /// The precision in use, for reports: `exact`, `int16w`, `int16`, `int8`.
        Precision: string
        /// The number of threads in use.
        Threads: int
        /// Begins a job; ObjectDisposedException once the backend is closed.
        Begin: Job -> Run
        /// Gives back what the backend holds, once jobs under way have ended.
        Close: unit -> unit
    }

    /// Runs a job to its end; an exception of source or sink comes out unchanged, a cancelled job raises
    /// OperationCanceledException.
    member Run: job: Job -> unit

/// The backends of this library.
[<RequireQualifiedAccess>]
module Backend =
    /// All cores, best instruction set, exact.
    val automatic: EngineSettings

    /// Gets the precisions by the names that options and reports give them.
    val precisions: (string * Precision) list

    /// Gives the name of an instruction set in reports: `AVX-512`, `AVX2`, `FMA-128`, `portable`. A name stands for one
    /// set of bits in the results. Raises ArgumentException if there is no such instruction set.
    val nameOf: set: InstructionSet -> string

    /// Builds the engine: packed weights and SIMD kernels. Raises ArgumentException if a setting is out of its range or
    /// none that there is, PlatformNotSupportedException if this machine lacks the instruction set.
    val engine: settings: EngineSettings -> weights: Weights -> Backend
