namespace UniRep.Formats

open System
open System.IO
open System.Text.RegularExpressions
open UniRep

/// Why the `.npy` files of a folder cannot be read.
type internal NpyFolderError =
    | BadFile of path: string * error: NpyError
    /// Two files hold different numbers for the same array.
    | Contradiction of first: string * second: string

/// What the `.npy` files of a folder hold.
type internal NpyFolderContent =
    {
        Tensors: Map<string, Tensor>
        /// The file name of each array there is.
        Files: Map<string, string>
        /// Files that are no array of a model.
        Strange: string list
    }

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

    let private readArray path =
        Npy.parse (File.ReadAllBytes path)
        |> Result.map (fun array ->
            {
                Shape = array.Shape
                Values = Npy.toSingles array
            })
        |> Result.mapError (fun error -> BadFile(path, error))

    /// Reads one array; spellings of the same name with the same numbers count once.
    let private readSpellings files =
        let rec agree (first: string, tensor) rest =
            match rest with
            | [] -> Ok tensor
            | second :: rest ->
                readArray second
                |> Result.bind (fun other ->
                    if other = tensor then
                        agree (first, tensor) rest
                    else
                        Error(Contradiction(first, second)))

        readArray (List.head files)
        |> Result.bind (fun tensor -> agree (List.head files, tensor) (List.tail files))

    /// Reads every array of a folder. Empty files are not read: some tools leave them where a name could not be written.
    let read folder =
        let known, strange =
            Directory.GetFiles(folder, "*.npy")
            |> Array.sortWith (fun a b -> String.CompareOrdinal(a, b))
            |> List.ofArray
            |> List.partition (arrayOf >> Option.isSome)

        let spellings =
            known
            |> List.filter (fun file -> FileInfo(file).Length > 0L)
            |> List.groupBy (arrayOf >> Option.defaultValue "")

        let folded =
            (Ok Map.empty, spellings)
            ||> List.fold (fun tensors (name, files) ->
                tensors
                |> Result.bind (fun tensors ->
                    readSpellings files |> Result.map (fun tensor -> Map.add name tensor tensors)))

        folded
        |> Result.map (fun tensors ->
            {
                Tensors = tensors
                Files =
                    Map.ofList
                        [
                            for name, files in spellings ->
                                name, string (Path.GetFileName(List.head files))
                        ]
                Strange = strange
            })
