namespace UniRep.Formats

open System
open System.Collections.Generic
open UniRep

[<RequireQualifiedAccess>]
type PickleError =
    | NotPickle
    | CutOff of offset: int
    | ForbiddenGlobal of name: string
    | ForbiddenOpcode of opcode: byte * offset: int
    | Inconsistent of reason: string * offset: int
    | OverBudget of limit: int64 * length: int

    member this.Message =
        match this with
        | PickleError.NotPickle -> "not a pickle of protocol 2 to 5"
        | PickleError.CutOff offset -> $"the pickle is cut off after {offset} bytes"
        | PickleError.ForbiddenGlobal name ->
            $"the pickle asks for {Quote.text name}; only plain NumPy arrays are read, and nothing was executed"
        | PickleError.ForbiddenOpcode(opcode, offset) ->
            $"the pickle uses instruction 0x{opcode:X2} at byte {offset}, which plain arrays never need"
        | PickleError.Inconsistent(reason, offset) ->
            $"the pickle is damaged before byte {offset}: {Quote.text reason}"
        | PickleError.OverBudget(limit, length) ->
            $"the pickle of {length} bytes asks for more than {limit} bytes of memory: it is damaged, or made to do harm"

    interface IError with
        member this.Message = this.Message


[<RequireQualifiedAccess>]
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
