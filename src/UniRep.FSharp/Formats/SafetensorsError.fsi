namespace UniRep.Formats

open UniRep

/// Why a file breaks the rules of the safetensors format.
[<RequireQualifiedAccess>]
type SafetensorsError =
    /// The file ends within its first 8 bytes or within the header they announce.
    | TruncatedHeader of announced: int64 * found: int64
    /// The header is larger than 32 MB, far more than any model needs.
    | HeaderTooLarge of announced: int64
    /// The header is not the JSON object it must be.
    | BadJson of reason: string
    /// An entry of the header is not what the format asks for.
    | BadEntry of name: string * reason: string
    /// The arrays leave a hole, overlap, or do not end where the file ends.
    | BadLayout of name: string * reason: string
    /// Elements of this type are not read; F32, F16 and BF16 are.
    | UnsupportedType of name: string * dtype: string

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string
