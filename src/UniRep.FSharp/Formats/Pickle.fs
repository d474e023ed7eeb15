namespace UniRep.Formats

open System
open System.Collections.Generic
open System.IO
open System.Text
open UniRep

[<RequireQualifiedAccess>]
module Pickle =
    /// A pickle machine that knows what plain arrays need.
    [<Sealed>]
    type private Machine(bytes: byte[]) =
        let input = ByteCursor(bytes, 2)

        let because reason =
            PickleRefused(PickleError.Inconsistent(reason, input.At))

        let inconsistent reason : 'a = raise (because reason)

        let budget =
            PickleBudget(
                PickleBudget.LimitOf bytes.Length,
                fun limit -> PickleRefused(PickleError.OverBudget(limit, bytes.Length))
            )

        let stack = PickleStack(because, budget.Spend)
        let memo = PickleMemo(max 65536 bytes.Length, budget)
        let pushValue value = stack.Push(PickleItem.Value value)

        let setItems (pairs: IReadOnlyList<PickleItem>) =
            match stack.Peek() with
            | PickleItem.Value(PickleValue.Table table) when pairs.Count % 2 = 0 ->
                budget.Spend(64L * int64 pairs.Count)

                for index in 0..2 .. pairs.Count - 2 do
                    match pairs[index] with
                    | PickleItem.Value(PickleValue.Text key) when
                        table.TryAdd(key, stack.Value pairs[index + 1])
                        ->
                        ()
                    | PickleItem.Value(PickleValue.Text _) ->
                        inconsistent "a dictionary has the same key twice"
                    | _ -> inconsistent "a key is not a text"
            | _ -> inconsistent "a dictionary is missing"

        let append (items: IReadOnlyList<PickleItem>) =
            match stack.Peek() with
            | PickleItem.Value(PickleValue.Items list) ->
                budget.Spend(16L * int64 items.Count)
                items |> Seq.iter (stack.Value >> list.Add)
            | _ -> inconsistent "a list is missing"

        let pushGlobal ``module`` name =
            match PickleGlobal.tryFind ``module`` name with
            | Some known -> stack.Push(PickleItem.Known known)
            | None -> raise (PickleRefused(PickleError.ForbiddenGlobal $"{``module``}.{name}"))

        /// An array of the parts that NumPy takes it apart into.
        let arrayOf sizes name order fortran (content: ReadOnlyMemory<byte>) =
            let shape =
                [
                    for size in sizes do
                        match size with
                        | PickleValue.Integer size -> size
                        | _ -> inconsistent "a size is not an integer"
                ]

            // One byte an element may become a float32, and column-major elements are copied; the bytes themselves may be
            // those of many arrays.
            budget.Spend(5L * int64 content.Length)

            match Npy.ofBytes (order + name) fortran shape content with
            | Ok array -> array
            | Error error -> inconsistent (error.Message)

        let latin1 (text: string) =
            budget.Spend(int64 text.Length)

            if text |> Seq.forall (fun c -> c <= '\u00FF') then
                ReadOnlyMemory(Encoding.Latin1.GetBytes text)
            else
                inconsistent "a text is not Latin-1"

        let reduce () =
            let arguments = stack.PopArguments()

            match stack.Pop(), arguments with
            | PickleItem.Known PickleGlobal.Reconstruct,
              [| PickleItem.Known PickleGlobal.NdArray; _; _ |] ->
                stack.Push(PickleItem.PendingArray(ref None))
            | PickleItem.Known PickleGlobal.DType,
              [| PickleItem.Value(PickleValue.Text name); _; _ |] ->
                stack.Push(PickleItem.PendingType(name, ref "|"))
            | PickleItem.Known PickleGlobal.Encode,
              [| PickleItem.Value(PickleValue.Text text)
                 PickleItem.Value(PickleValue.Text "latin1") |] ->
                pushValue (PickleValue.Bytes(latin1 text))
            | PickleItem.Known PickleGlobal.FromBuffer,
              [| PickleItem.Value(PickleValue.Bytes content)
                 PickleItem.PendingType(name, order)
                 PickleItem.Value(PickleValue.Tuple sizes)
                 PickleItem.Value(PickleValue.Text("C" | "F" as axes)) |] ->
                pushValue (PickleValue.NumPy(arrayOf sizes name order.Value (axes = "F") content))
            | _ -> inconsistent "a call with other arguments than NumPy's"

        let fill (array: NpyArray option ref) state =
            match state with
            | [| PickleItem.Value(PickleValue.Integer _)
                 PickleItem.Value(PickleValue.Tuple sizes)
                 PickleItem.PendingType(name, order)
                 PickleItem.Value(PickleValue.Flag fortran)
                 PickleItem.Value(PickleValue.Bytes content) |] ->
                array.Value <- Some(arrayOf sizes name order.Value fortran content)
            | _ -> inconsistent "an array's state is not NumPy's"

        let build () =
            let state = stack.PopArguments()

            match stack.Peek() with
            | PickleItem.PendingArray array -> fill array state
            | PickleItem.PendingType(_, order) ->
                match state with
                | [| PickleItem.Value(PickleValue.Integer _)
                     PickleItem.Value(PickleValue.Text found)
                     _
                     _
                     _
                     _
                     _
                     _ |] -> order.Value <- found
                | _ -> inconsistent "a type's state is not NumPy's"
            | _ -> inconsistent "a state without an object"

        let remember key =
            if not (memo.TryAdd(key, stack.Peek())) then
                inconsistent $"memo {key} is more than there can be"

        let recall key =
            match memo.TryFind key with
            | Some item -> stack.Push item
            | None -> inconsistent $"memo {key} is empty"

        let integer () =
            match input.Byte() with
            | length when length > 8uy -> inconsistent "an integer of more than 64 bits"
            | length -> input.Integer length

        let stackGlobal () =
            match stack.PopMany 2 with
            | [| PickleItem.Value(PickleValue.Text ``module``)
                 PickleItem.Value(PickleValue.Text name) |] -> pushGlobal ``module`` name
            | _ -> inconsistent "a global without a name"

        let structure opcode =
            match opcode with
            | '(' -> stack.Push PickleItem.Mark
            | '0' -> stack.Pop() |> ignore
            | '1' -> stack.PopMark() |> ignore
            | ')' -> stack.PushTuple [||]
            | 't' -> stack.PushTuple(stack.PopMark().ToArray())
            | '\x85' -> stack.PushTuple(stack.PopMany 1)
            | '\x86' -> stack.PushTuple(stack.PopMany 2)
            | '\x87' -> stack.PushTuple(stack.PopMany 3)
            | ']' -> pushValue (PickleValue.Items(List()))
            | 'a' -> append (stack.PopMany 1)
            | 'e' -> append (stack.PopMark())
            | '}' ->
                budget.Spend 128L
                pushValue (PickleValue.Table(Dictionary()))
            | 's' -> setItems (stack.PopMany 2)
            | 'u' -> setItems (stack.PopMark())
            | 'c' -> pushGlobal (input.Line()) (input.Line())
            | '\x93' -> stackGlobal ()
            | 'R' -> reduce ()
            | 'b' -> build ()
            | 'q' -> remember (uint32 (input.Byte()))
            | 'r' -> remember (input.UInt32())
            | '\x94' -> remember (uint32 memo.Count)
            | 'h' -> recall (uint32 (input.Byte()))
            | 'j' -> recall (input.UInt32())
            | '\x95' -> input.Int64() |> ignore
            | opcode ->
                raise (PickleRefused(PickleError.ForbiddenOpcode(byte opcode, input.At - 1)))

        /// What a value of no size takes on the stack, with the memo's share.
        let smallest = 64L

        let text length =
            budget.Spend(2L * min (max 0L length) (int64 bytes.Length))
            pushValue (PickleValue.Text(input.Text length))

        let execute opcode =
            budget.Spend smallest

            match opcode with
            | 'N' -> pushValue PickleValue.Nothing
            | '\x88' -> pushValue (PickleValue.Flag true)
            | '\x89' -> pushValue (PickleValue.Flag false)
            | 'J' -> pushValue (PickleValue.Integer(int64 (input.Int32())))
            | 'K' -> pushValue (PickleValue.Integer(int64 (input.Byte())))
            | 'M' -> pushValue (PickleValue.Integer(int64 (input.UInt16())))
            | '\x8a' -> pushValue (PickleValue.Integer(integer ()))
            | 'G' -> pushValue (PickleValue.Real(input.BigEndianDouble()))
            | 'X' -> text (int64 (input.UInt32()))
            | '\x8c' -> text (int64 (input.Byte()))
            | '\x8d' -> text (input.Int64())
            | 'B' -> pushValue (PickleValue.Bytes(input.Take(int64 (input.UInt32()))))
            | 'C' -> pushValue (PickleValue.Bytes(input.Take(int64 (input.Byte()))))
            | '\x8e'
            | '\x96' -> pushValue (PickleValue.Bytes(input.Take(input.Int64())))
            | opcode -> structure opcode

        member _.At = input.At

        /// Runs to STOP and gives the one value that is left.
        member _.Run() =
            let rec next () =
                match char (input.Byte()) with
                | '.' ->
                    match stack.Value(stack.Pop()) with
                    | value when stack.IsEmpty -> value
                    | _ -> inconsistent "more than one value is left"
                | opcode ->
                    execute opcode
                    next ()

            next ()

    let parse (bytes: byte[]) =
        if bytes.Length < 3 || bytes[0] <> 0x80uy || bytes[1] < 2uy || bytes[1] > 5uy then
            Error PickleError.NotPickle
        else
            let machine = Machine bytes

            try
                Ok(machine.Run())
            with
            | PickleRefused error -> Error error
            | :? EndOfStreamException -> Error(PickleError.CutOff bytes.Length)
            | :? DecoderFallbackException ->
                Error(PickleError.Inconsistent("a text is not UTF-8", machine.At))
