namespace UniRep

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

    /// Gets the address below which the published models lie.
    val baseAddress: System.Uri

    /// Gets the models that can be fetched, smallest first.
    val published: PublishedModel list

    /// Finds a published model by name.
    val tryFind: name: string -> PublishedModel option

    /// Opens the embedded model, a safetensors file.
    val openEmbedded: unit -> System.IO.Stream
