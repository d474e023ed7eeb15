namespace UniRep.Formats

open System
open System.IO
open System.Text.RegularExpressions
open UniRep

/// Why the `.npy` files of a folder cannot be read.
[<RequireQualifiedAccess>]
type internal NpyFolderError =
    | BadFile of path: string * error: NpyError
    /// Every file of an array is empty.
    | EmptyFile of path: string
    /// The file is something else than an array.
    | ForeignFile of path: string * kind: ForeignKind
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
    /// `name:0.npy`, what tools write in the colon's place (`_`, `-`, `%3A`, a private-use character of Windows or
    /// Samba, a letter that looks like a colon), or `name.npy`.
    let private fileName =
        Regex(
            @"^(?<variable>.+?)(?:(?:[:_\-\uF022\uF03A\uFF1A\uA789]|%3[Aa])0)?\.npy$",
            RegexOptions.CultureInvariant
        )

    let private variable =
        Regex(
            $@"^rnn_mlstm(?:_stack)?_mlstm(?:_stack(?<layer>[0-9]{{1,3}})_mlstm_stack\k<layer>)?_(?<array>{Weights.layerNames})$",
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

    /// The published name of an array in a model of one layer or of several, without what follows it in file names.
    let private variableOf stacked (array: string) =
        match array with
        | "embed" -> "embed_matrix"
        | "head.w" -> "fully_connected_weights"
        | "head.b" -> "fully_connected_biases"
        | array ->
            let dot = array.IndexOf '.'
            let layer, name = array["layer".Length .. dot - 1], array[dot + 1 ..]

            if stacked then
                $"rnn_mlstm_stack_mlstm_stack{layer}_mlstm_stack{layer}_{name}"
            else
                $"rnn_mlstm_mlstm_{name}"

    /// The published file name of an array in a model of one layer or of several.
    let fileOf stacked array = $"{variableOf stacked array}:0.npy"

    /// The published file name without a colon, which Windows does not allow.
    let fileWithoutColon stacked array = $"{variableOf stacked array}_0.npy"

    /// Errors about arrays of a model, with the names of their files.
    let withFileNames (files: Map<string, string>) errors =
        let stacked =
            files
            |> Map.exists (fun _ file -> file.Contains("_stack", StringComparison.Ordinal))
            || errors
               |> List.exists (function
                   | WeightsError.MissingArrays names ->
                       names |> List.exists _.StartsWith("layer1", StringComparison.Ordinal)
                   | _ -> false)

        let file name =
            files.TryFind name |> Option.defaultWith (fun () -> fileOf stacked name)

        errors |> List.map (Weights.renamed file)

    let private readArray path =
        match Npy.readFile path with
        | Ok array ->
            Ok
                {
                    Shape = array.Shape
                    Values = Npy.toSingles array
                }
        | Error NpyError.NotNpy ->
            match ForeignKind.ofFile path with
            | Some kind -> Error(NpyFolderError.ForeignFile(path, kind))
            | None -> Error(NpyFolderError.BadFile(path, NpyError.NotNpy))
        | Error error -> Error(NpyFolderError.BadFile(path, error))

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
                        Error(NpyFolderError.Contradiction(first, second)))

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
            |> List.groupBy (arrayOf >> Option.defaultValue "")
            |> List.map (fun (name, files) ->
                match List.filter RegularFile.hasContent files with
                | [] -> name, Error(NpyFolderError.EmptyFile files.Head)
                | files -> name, Ok files)

        let folded =
            (Ok Map.empty, spellings)
            ||> List.fold (fun tensors (name, files) ->
                tensors
                |> Result.bind (fun tensors ->
                    files
                    |> Result.bind readSpellings
                    |> Result.map (fun tensor -> Map.add name tensor tensors)))

        folded
        |> Result.map (fun tensors ->
            {
                Tensors = tensors
                Files =
                    Map.ofList
                        [
                            for name, files in spellings do
                                match files with
                                | Ok files -> name, string (Path.GetFileName(List.head files))
                                | Error _ -> ()
                        ]
                Strange = strange
            })
