namespace UniRep.ModelFiles

open UniRep
open UniRep.Compute

/// One file of a published model.
type PublishedFile =
    {
        /// The name as published, such as `embed_matrix:0.npy`.
        Name: string
        /// The size in bytes, where known.
        Bytes: int64 option
        /// The SHA-256 in hexadecimal, where known.
        Sha256: string option
        /// The id that git gives the content (SHA-1 of `blob LENGTH\0` and the bytes), where known.
        GitBlob: string option
    }

/// Where the file of a model of ours is.
[<RequireQualifiedAccess>]
type OwnPlace =
    /// Within the library.
    | Embedded
    /// Beside the program: `NAME.safetensors`.
    | BesideProgram

/// A model whose numbers are known, wherever they are loaded from.
type KnownModel =
    {
        Name: string
        Units: int
        Layers: int
        Version: string
        License: string
        Provenance: string
        /// The numbers it is published in: `float32` or `float16`.
        Numbers: string
        /// For each fingerprint (as `WeightFile.fingerprint` gives it) the numbers of a copy: those it is published in, or
        /// what they have been rounded to, `float16` or `bfloat16`.
        Fingerprints: Map<string, string>
    }

    /// Gets the fingerprint of the numbers as published.
    member internal Fingerprint: string

/// Weights whose numbers are those of a known model.
type KnownWeights =
    {
        Model: KnownModel
        /// Those of a model as published, or what they have been rounded to: `float16` or `bfloat16`.
        Numbers: string
    }

    /// Gets whether the numbers are those published, not rounded ones.
    member IsAsPublished: bool

/// A model that its authors publish.
type PublishedModel =
    {
        Name: string
        Units: int
        Layers: int
        /// The folder below the base address.
        Folder: string
        License: string
        Provenance: string
        Files: PublishedFile list
    }

/// The models known by name.
[<RequireQualifiedAccess>]
module WeightCatalog =
    /// Gets the name of the embedded model.
    val defaultName: string

    /// Gets the address of the folder of the published models.
    val baseAddress: System.Uri

    /// Gets every model whose numbers are known: our own and the published ones.
    val known: KnownModel list

    /// Gets our own models, the default one first, and where their files are.
    val own: (KnownModel * OwnPlace) list

    /// Gets the models that can be fetched, smallest first.
    val published: PublishedModel list

    /// Finds a published model by name.
    val tryFind: name: string -> PublishedModel option

    /// Finds the known models of some sizes.
    val ofShape: shape: MlstmShape -> KnownModel list

    /// Finds the known model that has these numbers. The fingerprint is computed only if a known model is of this size.
    val recognize: shape: MlstmShape -> fingerprint: System.Lazy<string> -> KnownWeights option

    /// Opens the safetensors file of an embedded model.
    val openEmbedded: name: string -> System.IO.Stream
