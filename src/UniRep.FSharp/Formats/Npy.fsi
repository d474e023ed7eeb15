namespace UniRep.Formats

open UniRep

/// Why bytes are not an array this library reads.
[<RequireQualifiedAccess>]
type NpyError =
    /// The bytes do not begin like a `.npy` file.
    | NotNpy
    /// The format's version is none of 1, 2 and 3.
    | UnknownVersion of version: int
    /// The header is not what NumPy writes.
    | BadHeader of header: string
    /// Elements of this type are not read; floats and integers of at most 64 bits are.
    | UnreadableType of descr: string
    /// There are more or fewer bytes than the shape calls for.
    | WrongLength of expected: int64 * found: int64

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string

/// An array of NumPy's: numbers in row-major order.
[<Sealed>]
type NpyArray =
    /// Gets NumPy's name for the element type, such as `<f4`.
    member Descr: string

    /// Gets the sizes of the axes, outermost first; empty for a single number.
    member Shape: int list

/// Reads and writes NumPy's `.npy` format, versions 1 to 3.
[<RequireQualifiedAccess>]
module Npy =
    /// Reads the bytes of a whole file. Element types are floats of 2, 4 or 8 bytes and integers of 1, 2, 4 or 8,
    /// in either byte order, C or Fortran order.
    val parse: bytes: byte[] -> Result<NpyArray, NpyError>

    /// So many bytes, or the whole file if it is shorter, hold the header.
    val internal longestBeginning: int64

    /// Checks by the first bytes of a file of some length that its elements can be read and are as many as its header says.
    val internal checkBeginning: first: byte[] -> length: int64 -> Result<unit, NpyError>

    /// Reads a file; its elements are read only if the file is as long as its header says.
    val internal readFile: path: string -> Result<NpyArray, NpyError>

    /// Makes an array of a numpy type out of its raw bytes, as pickles hold them.
    val ofBytes:
        descr: string ->
        fortranOrder: bool ->
        shape: int64 list ->
        content: System.ReadOnlyMemory<byte> ->
            Result<NpyArray, NpyError>

    /// Gives the elements as float32, row-major.
    val toSingles: array: NpyArray -> float32[]

    /// Gives the elements as float64, row-major.
    val toFloats: array: NpyArray -> float[]

    /// Writes the header of a row-major array, version 1.0, padded to a multiple of 64 bytes as NumPy does.
    val header: descr: string -> shape: int64 list -> byte[]
