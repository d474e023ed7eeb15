namespace UniRep.Formats

open System
open System.Buffers.Binary
open System.Collections.Generic
open System.Text

type PickleError =
    | NotPickle
    | CutOff of offset: int
    | ForbiddenGlobal of name: string
    | ForbiddenOpcode of opcode: byte * offset: int
    | Inconsistent of reason: string * offset: int

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

[<RequireQualifiedAccess>]
module Pickle =
    /// Ends the reading; caught in `parse`.
    exception private Refused of PickleError

    /// The only three globals there are for this reader.
    type private Global =
        | Reconstruct
        | NdArray
        | DType

    /// What stands on the stack: values, and what turns into values.
    type private Item =
        | Value of PickleValue
        | Known of Global
        | Mark
        /// `dtype('f4', False, True)`; BUILD then tells the byte order.
        | PendingType of name: string * order: string ref
        /// `_reconstruct(ndarray, (0,), b'b')`; BUILD then brings shape, type and bytes.
        | PendingArray of NpyArray option ref

    let private tryGlobal ``module`` name =
        match ``module``, name with
        | ("numpy.core.multiarray" | "numpy._core.multiarray"), "_reconstruct" -> Some Reconstruct
        | "numpy", "ndarray" -> Some NdArray
        | "numpy", "dtype" -> Some DType
        | _ -> None

    /// A pickle machine that knows what plain arrays need.
    [<Sealed>]
    type private Machine(bytes: byte[]) =
        let stack = Stack<Item>()
        let memo = Dictionary<uint32, Item>()
        let mutable at = 0

        let refuse error : 'a = raise (Refused error)
        let inconsistent reason : 'a = refuse (Inconsistent(reason, at))

        let take (count: int64) =
            if count < 0L || count > int64 (bytes.Length - at) then
                refuse (CutOff bytes.Length)

            let slice = ReadOnlyMemory(bytes, at, int count)
            at <- at + int count
            slice

        let readByte () = (take 1L).Span[0]

        let readUInt16 () =
            BinaryPrimitives.ReadUInt16LittleEndian((take 2L).Span)

        let readInt32 () =
            BinaryPrimitives.ReadInt32LittleEndian((take 4L).Span)

        let readUInt32 () =
            BinaryPrimitives.ReadUInt32LittleEndian((take 4L).Span)

        let readInt64 () =
            BinaryPrimitives.ReadInt64LittleEndian((take 8L).Span)

        let text count =
            try
                UTF8Encoding(false, true).GetString((take count).Span)
            with :? DecoderFallbackException ->
                inconsistent "a text is not UTF-8"

        let line () =
            let rest = ReadOnlySpan(bytes, at, bytes.Length - at)

            match rest.IndexOf(byte '\n') with
            | -1 -> refuse (CutOff bytes.Length)
            | length ->
                let line = text (int64 length)
                at <- at + 1
                line

        let pop () =
            match stack.TryPop() with
            | true, item -> item
            | _ -> inconsistent "the stack is empty"

        let value item =
            match item with
            | Value value -> value
            | PendingArray array ->
                match array.Value with
                | Some array -> NumPy array
                | None -> inconsistent "an array was never filled"
            | Known _
            | Mark
            | PendingType _ -> inconsistent "a value is missing"

        let popValue () = value (pop ())

        /// The items above the last mark, the lowest first.
        let popMark () =
            let items = List<Item>()

            let rec collect () =
                match pop () with
                | Mark -> ()
                | item ->
                    items.Add item
                    collect ()

            collect ()
            items.Reverse()
            items

        let popTuple count =
            let items = Array.zeroCreate count

            for index in count - 1 .. -1 .. 0 do
                items[index] <- pop ()

            items

        let push item = stack.Push item
        let pushValue value = push (Value value)

        /// Tuples that describe a type or an array still to be filled hold items, not values.
        let pushTuple (items: Item[]) =
            push (Value(Tuple(Array.map value items)))

        let arguments = Dictionary<obj, Item[]>(HashIdentity.Reference)

        let pushArguments (items: Item[]) =
            if
                items
                |> Array.forall (function
                    | Value _ -> true
                    | PendingArray a -> a.Value.IsSome
                    | _ -> false)
            then
                pushTuple items
            else
                let placeholder = PickleValue.Tuple [||]
                arguments[placeholder] <- items
                pushValue placeholder

        let popArguments () =
            match pop () with
            | Value(Tuple values as tuple) ->
                match arguments.TryGetValue tuple with
                | true, items -> items
                | _ -> Array.map Value values
            | _ -> inconsistent "a tuple is missing"

        let setItems (pairs: IReadOnlyList<Item>) =
            match stack.TryPeek() with
            | true, Value(Table table) when pairs.Count % 2 = 0 ->
                for index in 0..2 .. pairs.Count - 2 do
                    match pairs[index] with
                    | Value(Text key) -> table[key] <- value pairs[index + 1]
                    | _ -> inconsistent "a key is not a text"
            | _ -> inconsistent "a dictionary is missing"

        let append (items: IReadOnlyList<Item>) =
            match stack.TryPeek() with
            | true, Value(Items list) -> items |> Seq.iter (value >> list.Add)
            | _ -> inconsistent "a list is missing"

        let pushGlobal ``module`` name =
            match tryGlobal ``module`` name with
            | Some known -> push (Known known)
            | None -> refuse (ForbiddenGlobal $"{``module``}.{name}")

        let reduce () =
            let arguments = popArguments ()

            match pop (), arguments with
            | Known Reconstruct, [| Known NdArray; _; _ |] -> push (PendingArray(ref None))
            | Known DType, [| Value(Text name); _; _ |] -> push (PendingType(name, ref "|"))
            | _ -> inconsistent "a call with other arguments than NumPy's"

        let fill (array: NpyArray option ref) state =
            match state with
            | [| Value(Integer _)
                 Value(Tuple sizes)
                 PendingType(name, order)
                 Value(Flag fortran)
                 Value(Bytes content) |] ->
                let shape =
                    [
                        for size in sizes do
                            match size with
                            | Integer size -> size
                            | _ -> inconsistent "a size is not an integer"
                    ]

                match Npy.ofBytes (order.Value + name) fortran shape content with
                | Ok filled -> array.Value <- Some filled
                | Error error -> inconsistent (Npy.describe error)
            | _ -> inconsistent "an array's state is not NumPy's"

        let build () =
            let state = popArguments ()

            match stack.TryPeek() with
            | true, PendingArray array -> fill array state
            | true, PendingType(_, order) ->
                match state with
                | [| Value(Integer _); Value(Text found); _; _; _; _; _; _ |] ->
                    order.Value <- found
                | _ -> inconsistent "a type's state is not NumPy's"
            | _ -> inconsistent "a state without an object"

        let remember key =
            match stack.TryPeek() with
            | true, item -> memo[key] <- item
            | _ -> inconsistent "nothing to remember"

        let recall key =
            match memo.TryGetValue key with
            | true, item -> push item
            | _ -> inconsistent $"memo {key} is empty"

        let long1 () =
            let length = readByte ()

            if length > 8uy then
                inconsistent "an integer of more than 64 bits"

            let digits = (take (int64 length)).Span

            let padded =
                Array.create
                    8
                    (if length > 0uy && digits[int length - 1] > 127uy then
                         255uy
                     else
                         0uy)

            digits.CopyTo(Span padded)
            BinaryPrimitives.ReadInt64LittleEndian(ReadOnlySpan padded)

        let stackGlobal () =
            match popTuple 2 with
            | [| Value(Text ``module``); Value(Text name) |] -> pushGlobal ``module`` name
            | _ -> inconsistent "a global without a name"

        let structure opcode =
            match opcode with
            | '(' -> push Mark
            | '0' -> pop () |> ignore
            | '1' -> popMark () |> ignore
            | ')' -> pushArguments [||]
            | 't' -> pushArguments (popMark().ToArray())
            | '\x85' -> pushArguments (popTuple 1)
            | '\x86' -> pushArguments (popTuple 2)
            | '\x87' -> pushArguments (popTuple 3)
            | ']' -> pushValue (Items(List()))
            | 'a' -> append [| pop () |]
            | 'e' -> append (popMark ())
            | '}' -> pushValue (Table(Dictionary()))
            | 's' -> setItems (popTuple 2)
            | 'u' -> setItems (popMark ())
            | 'c' -> pushGlobal (line ()) (line ())
            | '\x93' -> stackGlobal ()
            | 'R' -> reduce ()
            | 'b' -> build ()
            | 'q' -> remember (uint32 (readByte ()))
            | 'r' -> remember (readUInt32 ())
            | '\x94' -> remember (uint32 memo.Count)
            | 'h' -> recall (uint32 (readByte ()))
            | 'j' -> recall (readUInt32 ())
            | '\x95' -> readInt64 () |> ignore
            | opcode -> refuse (ForbiddenOpcode(byte opcode, at - 1))

        let execute opcode =
            match opcode with
            | 'N' -> pushValue Nothing
            | '\x88' -> pushValue (Flag true)
            | '\x89' -> pushValue (Flag false)
            | 'J' -> pushValue (Integer(int64 (readInt32 ())))
            | 'K' -> pushValue (Integer(int64 (readByte ())))
            | 'M' -> pushValue (Integer(int64 (readUInt16 ())))
            | '\x8a' -> pushValue (Integer(long1 ()))
            | 'G' -> pushValue (Real(BinaryPrimitives.ReadDoubleBigEndian((take 8L).Span)))
            | 'X' -> pushValue (Text(text (int64 (readUInt32 ()))))
            | '\x8c' -> pushValue (Text(text (int64 (readByte ()))))
            | '\x8d' -> pushValue (Text(text (readInt64 ())))
            | 'B' -> pushValue (Bytes(take (int64 (readUInt32 ()))))
            | 'C' -> pushValue (Bytes(take (int64 (readByte ()))))
            | '\x8e'
            | '\x96' -> pushValue (Bytes(take (readInt64 ())))
            | opcode -> structure opcode

        /// Runs to STOP and gives the one value that is left.
        member _.Run() =
            at <- 2

            let rec next () =
                match char (readByte ()) with
                | '.' ->
                    match popValue () with
                    | value when stack.Count = 0 -> value
                    | _ -> inconsistent "more than one value is left"
                | opcode ->
                    execute opcode
                    next ()

            next ()

    let parse (bytes: byte[]) =
        if bytes.Length < 3 || bytes[0] <> 0x80uy || bytes[1] < 2uy || bytes[1] > 5uy then
            Error NotPickle
        else
            try
                Ok(Machine(bytes).Run())
            with Refused error ->
                Error error

    let describe error =
        match error with
        | NotPickle -> "not a pickle of protocol 2 to 5"
        | CutOff offset -> $"the pickle is cut off after {offset} bytes"
        | ForbiddenGlobal name ->
            $"the pickle asks for {name}; only plain NumPy arrays are read, and nothing was executed"
        | ForbiddenOpcode(opcode, offset) ->
            $"the pickle uses instruction 0x{opcode:X2} at byte {offset}, which plain arrays never need"
        | Inconsistent(reason, offset) -> $"the pickle is damaged at byte {offset}: {reason}"
