namespace UniRep.ModelFiles

open UniRep

/// Why no model was found under a name or a path.
[<RequireQualifiedAccess>]
type WeightStoreError =
    /// A published model that has not been fetched yet: `WeightDownload.get` fetches it.
    | NotFetched of name: string
    /// A model of ours whose file is not beside this program.
    | NotBeside of name: string * path: string
    /// Neither a known name nor a path.
    | UnknownModel of nameOrPath: string * known: string list
    /// The files under the name or path are no model.
    | Unreadable of WeightFileError
    /// A fetched model that is not, or no longer, what its authors published.
    | DamagedCopy of name: string * reason: string
    /// The model has no language-model head, so that it cannot be trained.
    | NoHead of card: WeightCard

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string

/// How a stored model compares with what its authors publish.
type Verification =
    {
        /// The files that are as published.
        Intact: string list
        /// The files that differ: name, what was expected, what was found.
        Damaged: (string * string * string) list
        /// The files that are missing.
        Missing: string list
    }

/// Finds models by name or path.
[<RequireQualifiedAccess>]
module WeightStore =
    /// Gets every name there is: our own models, the default one first, then the published ones.
    val names: string list

    /// Gives the path of a model of ours that lies beside programs, whether it is there or not.
    val beside: name: string -> string

    /// Gives the folder of a published model if it has been fetched.
    val fetched: name: string -> string option

    /// Loads a fetched model from its folder; one whose numbers are not those published is refused.
    val internal loadFetched:
        model: PublishedModel -> folder: string -> Result<LoadedWeights, WeightStoreError>

    /// Loads the model of a name or path; a path that exists wins over a name. A fetched model whose numbers are not those
    /// published is refused.
    val resolve: nameOrPath: string -> Result<LoadedWeights, WeightStoreError>

    /// Compares the files of a fetched model, by name, with the catalogue.
    val verify: name: string -> Result<Verification, WeightStoreError>
