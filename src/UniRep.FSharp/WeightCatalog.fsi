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

/// A model whose numbers are known, wherever they are loaded from.
type KnownModel =
    {
        Name: string
        Units: int
        Layers: int
        Version: string
        License: string
        Provenance: string
        /// For each fingerprint (as `WeightFile.fingerprint` gives it) what the numbers have been rounded to: `float32` as
        /// published, `float16` and `bfloat16` in half-precision copies.
        Fingerprints: Map<string, string>
    }

/// Weights whose numbers are those of a known model.
type KnownWeights =
    {
        Model: KnownModel
        /// `float32` as published; `float16` or `bfloat16` where they have been rounded.
        Numbers: string
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

    /// Gets every model whose numbers are known: the embedded one and the published ones.
    val known: KnownModel list

    /// Gets the models that can be fetched, smallest first.
    val published: PublishedModel list

    /// Finds a published model by name.
    val tryFind: name: string -> PublishedModel option

    /// Finds the known models of some sizes.
    val ofShape: shape: WeightsShape -> KnownModel list

    /// Finds the known model that has these numbers. The fingerprint is computed only if a known model is of this size.
    val recognize: shape: WeightsShape -> fingerprint: System.Lazy<string> -> KnownWeights option

    /// Opens the embedded model, a safetensors file.
    val openEmbedded: unit -> System.IO.Stream
