namespace UniRep.Formats

open UniRep

/// What a file is that was taken for weights.
[<RequireQualifiedAccess>]
type ForeignKind =
    /// The stand-in of a large file in a repository that was cloned without Git LFS.
    | GitLfsPointer
    /// HTML or XML, as servers send instead of a file.
    | WebPage
    /// A zip archive that is no model's `.npz`: PyTorch's files.
    | ZipArchive
    | GzipFile
    | Hdf5File
    /// A `.npy` file: one array of a model.
    | SingleArray
    /// Readable text.
    | PlainText

/// Recognises files that are not weights by their first bytes.
[<RequireQualifiedAccess>]
module internal ForeignKind =
    /// Reads as many bytes of a file as it takes to recognise it.
    val firstBytes: path: string -> byte[]

    /// Gets the kind that the first bytes of a file show.
    val ofBytes: first: byte[] -> ForeignKind option

    /// Gets the kind of a file.
    val ofFile: path: string -> ForeignKind option

    /// Says what the file is and what to do.
    val describe: kind: ForeignKind -> string
