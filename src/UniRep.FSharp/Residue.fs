namespace UniRep

[<RequireQualifiedAccess>]
module Residue =
    [<Literal>]
    let padding = 0uy

    [<Literal>]
    let unknown = 23uy

    [<Literal>]
    let start = 24uy

    [<Literal>]
    let stop = 25uy

    let letters = "MRHKDESTNQCUGPAVIFYWLO"

    let tryToken letter =
        match letter with
        | 'X'
        | 'Z'
        | 'B'
        | 'J' -> ValueSome unknown
        | _ ->
            match letters.IndexOf letter with
            | -1 -> ValueNone
            | index -> ValueSome(byte (index + 1))

    let letter token =
        match token with
        | 0uy -> '-'
        | 23uy -> 'X'
        | 24uy -> '^'
        | 25uy -> '*'
        | token -> letters[int token - 1]

    let isStandard letter =
        "ACDEFGHIKLMNPQRSTVWY".Contains(letter: char)
