namespace UniRep.Formats

open System.Collections.Generic
open UniRep

/// Ends the reading of a pickle; caught in `Pickle.parse`.
exception internal PickleRefused of PickleError

/// The only globals there are for the reader of pickles.
[<RequireQualifiedAccess>]
type internal PickleGlobal =
    /// Makes an empty array that BUILD fills (protocols 2 to 4).
    | Reconstruct
    /// Makes an array of bytes (protocol 5).
    | FromBuffer
    | NdArray
    | DType
    /// Makes bytes of Latin-1 text (protocol 2, which has no bytes).
    | Encode

/// What stands on the stack: values, and what turns into values.
[<RequireQualifiedAccess; ReferenceEquality>]
type internal PickleItem =
    | Value of PickleValue
    | Known of PickleGlobal
    | Mark
    /// `dtype('f4', False, True)`; BUILD then tells the byte order.
    | PendingType of name: string * order: string ref
    /// `_reconstruct(ndarray, (0,), b'b')`; BUILD then brings shape, type and bytes.
    | PendingArray of NpyArray option ref

[<RequireQualifiedAccess>]
module internal PickleGlobal =
    let tryFind ``module`` name =
        match ``module``, name with
        | ("numpy.core.multiarray" | "numpy._core.multiarray"), "_reconstruct" ->
            Some PickleGlobal.Reconstruct
        | ("numpy.core.numeric" | "numpy._core.numeric"), "_frombuffer" ->
            Some PickleGlobal.FromBuffer
        | "numpy", "ndarray" -> Some PickleGlobal.NdArray
        | "numpy", "dtype" -> Some PickleGlobal.DType
        | "_codecs", "encode" -> Some PickleGlobal.Encode
        | _ -> None

/// The stack of a pickle machine; `inconsistent` ends the reading with a reason.
[<Sealed>]
type internal PickleStack(inconsistent: string -> exn, spend: int64 -> unit) =
    let stack = Stack<PickleItem>()

    /// The items of tuples that hold more than values, by the empty tuples that stand for them.
    let arguments = Dictionary<PickleValue, PickleItem[]>(HashIdentity.Reference)

    member _.IsEmpty = stack.Count = 0
    member _.Push item = stack.Push item

    member _.Pop() =
        match stack.TryPop() with
        | true, item -> item
        | _ -> raise (inconsistent "the stack is empty")

    member _.Peek() =
        match stack.TryPeek() with
        | true, item -> item
        | _ -> raise (inconsistent "the stack is empty")

    member _.Value item =
        match item with
        | PickleItem.Value value -> value
        | PickleItem.PendingArray array ->
            match array.Value with
            | Some array -> PickleValue.NumPy array
            | None -> raise (inconsistent "an array was never filled")
        | PickleItem.Known _
        | PickleItem.Mark
        | PickleItem.PendingType _ -> raise (inconsistent "a value is missing")

    /// The items above the last mark, the lowest first.
    member this.PopMark() =
        let items = List<PickleItem>()
        let mutable item = this.Pop()

        while not item.IsMark do
            items.Add item
            item <- this.Pop()

        items.Reverse()
        items

    /// The topmost items, the lowest first.
    member this.PopMany count =
        let items = Array.zeroCreate count

        for index in count - 1 .. -1 .. 0 do
            items[index] <- this.Pop()

        items

    /// Puts a tuple on the stack; one that describes a type or an array still to be filled holds items, not values.
    member this.PushTuple(items: PickleItem[]) =
        spend (16L * int64 items.Length)

        let isValue =
            function
            | PickleItem.Value _ -> true
            | PickleItem.PendingArray array -> array.Value.IsSome
            | _ -> false

        if Array.forall isValue items then
            stack.Push(PickleItem.Value(PickleValue.Tuple(Array.map this.Value items)))
        else
            spend 128L
            let placeholder = PickleValue.Tuple [||]
            arguments[placeholder] <- items
            stack.Push(PickleItem.Value placeholder)

    member this.PopArguments() =
        match this.Pop() with
        | PickleItem.Value(PickleValue.Tuple values as tuple) ->
            match arguments.TryGetValue tuple with
            | true, items -> items
            | _ -> Array.map PickleItem.Value values
        | _ -> raise (inconsistent "a tuple is missing")

/// What a pickle remembers, by number. Picklers count up from 0, so that no number exceeds the pickle's length.
[<Sealed>]
type internal PickleMemo(most: int, budget: PickleBudget) =
    let mutable slots: PickleItem option[] = Array.create 64 None
    let mutable count = 0

    /// How many numbers are taken.
    member _.Count = count

    /// Stores an item; false if the number is not valid.
    member _.TryAdd(key: uint32, item) =
        if key > uint32 most then
            false
        else
            let key = int key

            if key >= slots.Length then
                let longer = max (key + 1) (2 * slots.Length)
                budget.Spend(8L * int64 longer)
                System.Array.Resize(&slots, longer)

            if slots[key].IsNone then
                count <- count + 1

            slots[key] <- Some item
            true

    member _.TryFind(key: uint32) =
        if key < uint32 slots.Length then slots[int key] else None
