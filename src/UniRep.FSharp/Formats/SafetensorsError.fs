namespace UniRep.Formats

open UniRep

[<RequireQualifiedAccess>]
type SafetensorsError =
    | TruncatedHeader of announced: int64 * found: int64
    | HeaderTooLarge of announced: int64
    | BadJson of reason: string
    | BadEntry of name: string * reason: string
    | BadLayout of name: string * reason: string
    | UnsupportedType of name: string * dtype: string

    member this.Message =
        match this with
        | SafetensorsError.TruncatedHeader(announced, found) ->
            $"the file is cut off: {announced} bytes of header expected, {found} bytes in all"
        | SafetensorsError.HeaderTooLarge announced ->
            $"the header is said to be {announced} bytes long, more than any model needs: not a safetensors file, or a damaged one"
        | SafetensorsError.BadJson reason ->
            $"the header is not the JSON of a safetensors file: {Quote.text reason}"
        | SafetensorsError.BadEntry(name, reason) -> $"array {Quote.text name}: {Quote.text reason}"
        | SafetensorsError.BadLayout(name, reason) ->
            $"array {Quote.text name}: {Quote.text reason} (a file cut off or damaged)"
        | SafetensorsError.UnsupportedType(name, dtype) ->
            $"array {Quote.text name}: elements of type {Quote.text dtype} are not read; F32, F16 and BF16 are"

    interface IError with
        member this.Message = this.Message
