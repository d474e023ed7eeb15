namespace UniRep

/// The alphabet: which letter is which of the model's 26 tokens (ids of the original program).
[<RequireQualifiedAccess>]
module Residue =
    /// Gets the token that fills up padded batches in other programs; it is never an input here.
    [<Literal>]
    val padding: byte = 0uy

    /// Gets the token shared by X, Z, B and J.
    [<Literal>]
    val unknown: byte = 23uy

    /// Gets the token before the first residue.
    [<Literal>]
    val start: byte = 24uy

    /// Gets the token after the last residue.
    [<Literal>]
    val stop: byte = 25uy

    /// Gets the letters of tokens 1 to 22, in this order: the 20 standard residues, U and O.
    val letters: string

    /// Finds the token of an upper-case letter A–Z; every other character has none.
    val tryToken: letter: char -> byte voption

    /// Gives the letter of a token 1–23 (23 gives X), `-` for padding, `^` for start, `*` for stop.
    val letter: token: byte -> char

    /// Checks whether a letter is one of the 20 standard residues. The embeddings of the other letters
    /// (X B Z J U O) were never trained: their places in a representation are arbitrary.
    val isStandard: letter: char -> bool
