namespace UniRep.ModelFiles

open UniRep

/// A model read from disk, its head in the published alignment.
type LoadedWeights =
    {
        Weights: Weights
        Layout: WeightLayout
        /// The SHA-256 of names, shapes and values of all arrays, computed when it is first asked for.
        Fingerprint: System.Lazy<string>
        /// The model of the catalogue that has the same numbers, if there is one: its licence holds.
        Known: KnownWeights option
        /// How the head was judged; None where the layout leaves no doubt.
        Head: AlignmentVerdict option
        /// What the user should know, one sentence each.
        Warnings: string list
    }

/// Reads weights of every known layout, and writes our own.
[<RequireQualifiedAccess>]
module WeightFile =
    /// Reads a model; the layout is detected, and a folder may hold the one file of another layout. Heads trained by
    /// jax-unirep are brought into the published alignment; a head in doubt is warned of, and that of an `.npz` left as it is.
    /// Weights whose numbers are known get the licence and provenance
    /// of the catalogue, whatever the file says. Weights whose vectors may overflow are refused.
    val load: path: string -> Result<LoadedWeights, WeightFileError>

    /// Reads a safetensors model of a seekable stream; `name` stands in for the path in errors.
    val loadStream:
        name: string -> stream: System.IO.Stream -> Result<LoadedWeights, WeightFileError>

    /// Reads a safetensors model that is known to be what it says, such as the embedded one, without computing its
    /// fingerprint.
    val internal loadTrusted:
        name: string -> stream: System.IO.Stream -> Result<LoadedWeights, WeightFileError>

    /// Writes a model as safetensors with its card, through a temporary file beside the path; what a killed run has left
    /// of such a file is removed.
    val save: path: string -> weights: Weights -> Result<unit, WeightFileError>

    /// Writes a model as jax-unirep 3.0 does (`model_weights.npz`): float32, uncompressed, the head in the published
    /// alignment. The file holds no card: name, licence and provenance are lost. Written as safely as by `save`.
    val saveNpz: path: string -> weights: Weights -> Result<unit, WeightFileError>

    /// Writes a model as the authors publish theirs, a folder of `.npy` files, which must be new or empty. File names
    /// end in `:0.npy`, or in `_0.npy` if `withColon` is false, which Windows needs: ArgumentException there otherwise. The
    /// folder holds no card. A model without a head is refused.
    val saveNpyFolder:
        withColon: bool -> path: string -> weights: Weights -> Result<unit, WeightFileError>

    /// Computes the SHA-256 of names, shapes and values of all arrays, in hexadecimal.
    val fingerprint: weights: Weights -> string
