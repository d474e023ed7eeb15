namespace UniRep

/// Where libtorch computes.
[<RequireQualifiedAccess>]
type TorchDevice =
    /// The processor.
    | Cpu
    /// An NVIDIA GPU, by its number from 0. Needs a libtorch that is built with CUDA.
    | Cuda of index: int

    /// Gets the name in options and reports: `cpu`, `cuda:0`.
    member Name: string

/// Works on devices.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TorchDevice =
    /// Reads a name: `cpu`, `cuda` (the first GPU) or `cuda:N`. None for any other text.
    val tryParse: text: string -> TorchDevice option

/// The numbers of the matrix products with h and m. Gates, cell, sums and results are float32 in every precision: a cell of
/// bfloat16 cannot count, and comes out at 637 where 893 is right.
[<RequireQualifiedAccess>]
type TorchPrecision =
    /// Float32.
    | Float32
    /// Factors of bfloat16.
    | BFloat16
    /// Factors of 10 bits in a float32, on a GPU alone.
    | TF32

    /// Gets the name in options and reports: `float32`, `bfloat16`, `tf32`.
    member Name: string

/// The options of the Torch backend.
type TorchOptions =
    {
        Device: TorchDevice
        Precision: TorchPrecision
        /// The number of threads on the CPU; 0 leaves it to libtorch. It holds for the whole process.
        Threads: int
        /// The largest number of sequences that are computed together. Halved when memory runs out.
        BatchSize: int
        /// The folder of libtorch; None to look beside the program and then in the folder of NuGet packages.
        Libraries: string option
        /// Told what the backend does that a user may want to know: a copied library, a halved batch.
        Log: string -> unit
    }

/// Works on options.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TorchOptions =
    /// Float32, batches of 128, libtorch's own number of threads, no log.
    val on: device: TorchDevice -> TorchOptions

    /// Checks the ranges: raises ArgumentException if one is wrong.
    val internal check: options: TorchOptions -> unit
