namespace UniRep.Formats

open System
open System.Collections.Generic
open UniRep

type PickleError =
    | NotPickle
    | CutOff of offset: int
    | ForbiddenGlobal of name: string
    | ForbiddenOpcode of opcode: byte * offset: int
    | Inconsistent of reason: string * offset: int
    | OverBudget of limit: int64 * length: int

    member this.Message =
        match this with
        | NotPickle -> "not a pickle of protocol 2 to 5"
        | CutOff offset -> $"the pickle is cut off after {offset} bytes"
        | ForbiddenGlobal name ->
            $"the pickle asks for {Quote.text name}; only plain NumPy arrays are read, and nothing was executed"
        | ForbiddenOpcode(opcode, offset) ->
            $"the pickle uses instruction 0x{opcode:X2} at byte {offset}, which plain arrays never need"
        | Inconsistent(reason, offset) ->
            $"the pickle is damaged before byte {offset}: {Quote.text reason}"
        | OverBudget(limit, length) ->
            $"the pickle of {length} bytes asks for more than {limit} bytes of memory: it is damaged, or made to do harm"

    interface IError with
        member this.Message = this.Message


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
