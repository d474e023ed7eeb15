namespace UniRep

open UniRep.Compute

/// Works on the precisions of matrix products.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Precision =
    /// Gets every precision with the name that options, files and reports give it: `exact`, `int16w`, `int16`, `int8`.
    val all: (string * Precision) list

    /// Gives the name of a precision. Raises ArgumentOutOfRangeException if there is no such precision.
    val name: precision: Precision -> string

/// Works on instruction sets.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module InstructionSet =
    /// Gives the name in reports: `AVX-512`, `AVX2`, `FMA-128`, `portable`. A name stands for one set of bits in the
    /// results. Raises ArgumentException if there is no such instruction set.
    val name: set: InstructionSet -> string

/// Works on devices.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Device =
    /// Gives the device in words: `AVX2, 2 threads`; `CPU, 2 threads` where the instruction set is not known; or the name of a GPU.
    val describe: device: Device -> string

/// The engine of this library: packed weights and SIMD kernels, on the CPU.
[<RequireQualifiedAccess>]
module Cpu =
    /// Makes the backend. `EngineOptions()` means all cores, the best instruction set of this machine, exact numbers; a
    /// precision other than `Exact` changes the results (docs/precision.md). Raises ArgumentException if an option is
    /// out of its range. A machine that lacks the instruction set is `BackendError.Unavailable`. Of a model without a
    /// head, a run that asks for logits raises UniRepException with the case `NoHead`.
    val backend: options: EngineOptions -> Backend

    /// All cores, the best instruction set, exact numbers.
    val automatic: Backend
