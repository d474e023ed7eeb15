namespace UniRep.Formats

open UniRep

/// Why bytes are not a pickle this library reads. Offsets count bytes from 0.
[<RequireQualifiedAccess>]
type PickleError =
    /// The bytes do not begin like a pickle of protocol 2 to 5.
    | NotPickle
    /// The file ends before the pickle does.
    | CutOff of offset: int
    /// The pickle asks for something other than a plain NumPy array; nothing of it was executed.
    | ForbiddenGlobal of name: string
    /// The pickle uses an instruction that plain arrays never need.
    | ForbiddenOpcode of opcode: byte * offset: int
    /// The instructions contradict each other.
    | Inconsistent of reason: string * offset: int
    /// Reading would take more memory than a pickle of this length can need, in bytes.
    | OverBudget of limit: int64 * length: int

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string

/// What a pickle of parameters is made of.
[<RequireQualifiedAccess>]
type PickleValue =
    | Nothing
    | Flag of bool
    | Integer of int64
    | Real of float
    | Text of string
    | Bytes of System.ReadOnlyMemory<byte>
    | Tuple of PickleValue[]
    | Items of System.Collections.Generic.List<PickleValue>
    | Table of System.Collections.Generic.Dictionary<string, PickleValue>
    | NumPy of NpyArray
