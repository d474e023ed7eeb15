namespace UniRep

/// The backend on TorchSharp: libtorch on the CPU or on an NVIDIA GPU. It gives what `Cpu.automatic` gives, within float32
/// rounding: unlike the engine's, a sequence's numbers depend slightly on what shares its batch. docs/torch.md says how to
/// get libtorch.
[<RequireQualifiedAccess>]
module Torch =
    /// Gives the backend for a device in float32: `Model.load (Torch.backend TorchDevice.Cpu) "open-672"`. Where libtorch,
    /// CUDA or the GPU is missing, loading a model and starting a training give `BackendError.Unavailable`.
    val backend: device: TorchDevice -> Backend

    /// Gives the backend with options. Raises ArgumentException if one is out of its range. TF32 on the CPU, and training
    /// in any precision but float32 and TF32, are `BackendError.Unsupported`.
    val backendWith: options: TorchOptions -> Backend

    /// Loads libtorch for the options, once for the process: where it lies, or why it cannot be used. The backend does so
    /// by itself when a model is loaded.
    val tryLoad: options: TorchOptions -> Result<string, TorchError>

    /// Gets the version of libtorch that the backend needs, such as `2.10.0`.
    val libtorchVersion: string
