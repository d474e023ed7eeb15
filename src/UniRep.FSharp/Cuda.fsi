namespace UniRep

open UniRep.Compute

/// The engine of this library on an NVIDIA GPU. It needs the GPU's driver and nothing else (docs/cuda.md).
[<RequireQualifiedAccess>]
module Cuda =
    /// Makes the backend: `Model.load (Cuda.backend (CudaOptions())) "open-1920"`. `CudaOptions()` means the first GPU and
    /// products in bfloat16, whose results differ from the CPU's; `CudaPrecision.Exact` is as good as float32. Raises
    /// ArgumentException if an option is out of its range. Without a driver or a usable GPU, loading a model gives
    /// `BackendError.Unavailable`; if its weights do not fit, `BackendError.OutOfMemory`. What the driver reports later, in
    /// a run or in a training, is raised as UniRepException with the name of such a case.
    ///
    /// Training (`EvoTuning`) takes place on the GPU too: parameters, gradients and Adam stay there. `MemoryBytes` limits what it
    /// keeps of the forward pass; `Rows`, `Latency` and `ChunkBytes` have no meaning for it, nor have the threads and the memory
    /// limit of the training options. The same card gives the same bits, in each precision its own.
    val backend: options: CudaOptions -> Backend

    /// Gives the GPUs that the driver has, usable or not, or why there is no driver.
    val devices: unit -> Result<CudaDevice list, string>

    /// Gives the first usable GPU, or why there is none.
    val tryFirst: unit -> Result<CudaDevice, string>

    /// Gives the backend of the first usable GPU in bfloat16, else that of the CPU in exact numbers, and says in one sentence
    /// which and why. Results differ between the two.
    val automatic: unit -> Backend * string
