namespace UniRep.Formats

open System
open System.Collections.Generic

type PickleError =
    | NotPickle
    | CutOff of offset: int
    | ForbiddenGlobal of name: string
    | ForbiddenOpcode of opcode: byte * offset: int
    | Inconsistent of reason: string * offset: int
    | OverBudget of limit: int64 * length: int

type PickleValue =
    | Nothing
    | Flag of bool
    | Integer of int64
    | Real of float
    | Text of string
    | Bytes of ReadOnlyMemory<byte>
    | Tuple of PickleValue[]
    | Items of List<PickleValue>
    | Table of Dictionary<string, PickleValue>
    | NumPy of NpyArray
