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

    /// The token of every ASCII character, or padding where it is no residue.
    let private tokens =
        let tokens = Array.zeroCreate<byte> 128

        for letter in "XZBJ" do
            tokens[int letter] <- unknown

        letters
        |> Seq.iteri (fun index letter -> tokens[int letter] <- byte (index + 1))

        tokens

    let tryToken (letter: char) =
        if int letter >= tokens.Length || tokens[int letter] = padding then
            ValueNone
        else
            ValueSome tokens[int letter]

    let letter token =
        match token with
        | 0uy -> '-'
        | 23uy -> 'X'
        | 24uy -> '^'
        | 25uy -> '*'
        | token -> letters[int token - 1]

    let isStandard letter =
        "ACDEFGHIKLMNPQRSTVWY".Contains(letter: char)
