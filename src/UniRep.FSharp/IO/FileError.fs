namespace UniRep.IO

open UniRep

[<RequireQualifiedAccess>]
type FileError =
    | Input of errors: InputError list * count: int64
    | Output of OutputError

    member this.Message =
        match this with
        | Input(errors, count) ->
            let more = count - int64 errors.Length

            [
                for error in errors do
                    error.Message

                if more > 0L then
                    $"and {more} more"
            ]
            |> String.concat "\n"
        | Output error -> error.Message

    interface IError with
        member this.Message = this.Message
