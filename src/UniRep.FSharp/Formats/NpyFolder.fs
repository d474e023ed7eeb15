namespace UniRep.Formats

open System.IO
open System.Text.RegularExpressions
open UniRep

/// The names that arrays bear in published folders.
[<RequireQualifiedAccess>]
module internal NpyFolder =
    /// `name:0.npy`, `name_0.npy`, a private-use character in the colon's place, or `name.npy`.
    let private fileName =
        Regex(@"^(?<variable>.+?)(?:[:_\uF022\uF03A]0)?\.npy$", RegexOptions.CultureInvariant)

    let private variable =
        Regex(
            @"^rnn_mlstm(?:_stack)?_mlstm(?:_stack(?<layer>[0-9]{1,3})_mlstm_stack\k<layer>)?_(?<array>wmx|wmh|wx|wh|b|gmx|gmh|gx|gh)$",
            RegexOptions.CultureInvariant
        )

    /// The name that `Weights` gives the array of a file, if a model has such an array.
    let arrayOf (path: string) =
        match fileName.Match(string (Path.GetFileName path)) with
        | found when found.Success ->
            match found.Groups["variable"].Value with
            | "embed_matrix" -> Some "embed"
            | "fully_connected_weights" -> Some "head.w"
            | "fully_connected_biases" -> Some "head.b"
            | name ->
                match variable.Match name with
                | parts when parts.Success ->
                    let layer =
                        match parts.Groups["layer"].Value with
                        | "" -> "0"
                        | layer -> layer

                    Some $"""layer{int layer}.{parts.Groups["array"].Value}"""
                | _ -> None
        | _ -> None

    /// The published file name of an array in a model of one layer or of several.
    let fileOf stacked (array: string) =
        match array with
        | "embed" -> "embed_matrix:0.npy"
        | "head.w" -> "fully_connected_weights:0.npy"
        | "head.b" -> "fully_connected_biases:0.npy"
        | array ->
            let dot = array.IndexOf '.'
            let layer, name = array["layer".Length .. dot - 1], array[dot + 1 ..]

            if stacked then
                $"rnn_mlstm_stack_mlstm_stack{layer}_mlstm_stack{layer}_{name}:0.npy"
            else
                $"rnn_mlstm_mlstm_{name}:0.npy"
