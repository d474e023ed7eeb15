module UniRep.Tests.SequenceTests

open FsCheck
open UniRep
open Xunit

let private letters result =
    Result.map (fun (sequence: Sequence) -> sequence.Letters) result

[<Fact>]
let ``residues are read in their order`` () =
    Assert.Equal(Ok "HASTA", Sequence.parse "HASTA" |> letters)

    let tokens =
        Sequence.parse "HASTA"
        |> Result.map (fun s -> List.ofArray (s.Tokens.ToArray()))

    Assert.Equal(Ok [ 3uy; 15uy; 7uy; 8uy; 15uy ], tokens)

[<Fact>]
let ``nothing is no sequence`` () =
    Assert.Equal(Error SequenceError.EmptySequence, Sequence.parse "" |> letters)

    Assert.Equal(
        Error SequenceError.EmptySequence,
        Sequence.parseWith { Sequence.strict with DropGaps = true } "-.-" |> letters
    )

[<Fact>]
let ``the first strange symbol is reported with its position from 1`` () =
    Assert.Equal(Error(SequenceError.UnknownResidue('k', 2)), Sequence.parse "MkT*" |> letters)
    Assert.Equal(Error(SequenceError.UnknownResidue('*', 3)), Sequence.parse "MK*" |> letters)

[<Fact>]
let ``each policy does one thing`` () =
    let read policy text =
        Sequence.parseWith policy text |> letters

    Assert.Equal(
        Ok "MK",
        read
            { Sequence.strict with
                UpperCase = true
            }
            "mK"
    )

    Assert.Equal(Ok "MK", read { Sequence.strict with TrimStop = true } "MK*")

    Assert.Equal(
        Error(SequenceError.UnknownResidue('*', 3)),
        read { Sequence.strict with TrimStop = true } "MK**"
    )

    Assert.Equal(Ok "MK", read { Sequence.strict with DropGaps = true } "M-.K")

    Assert.Equal(
        Error(SequenceError.UnknownResidue('?', 4)),
        read { Sequence.strict with DropGaps = true } "M-K?"
    )

    Assert.Equal(
        Ok "MXK",
        read
            { Sequence.strict with
                UnknownAsX = true
            }
            "M?K"
    )

[<Fact>]
let ``a stop before gaps at the end is trimmed`` () =
    let policy =
        { Sequence.strict with
            TrimStop = true
            DropGaps = true
        }

    for text in [ "MK*--"; "MK*."; "M-K*"; "MK--" ] do
        Assert.Equal(Ok "MK", Sequence.parseWith policy text |> letters)

    Assert.Equal(
        Error(SequenceError.UnknownResidue('-', 4)),
        Sequence.parseWith { policy with DropGaps = false } "MK*-" |> letters
    )

[<Theory>]
[<InlineData("MαK", "MXK")>]
[<InlineData("M?K", "MXK")>]
[<InlineData("mkK", "XXK")>]
[<InlineData("M*K", "MXK")>]
let ``letters, question marks and stops within are read as X if asked``
    (text: string, expected: string)
    =
    let policy =
        { Sequence.strict with
            UnknownAsX = true
        }

    Assert.Equal(Ok expected, Sequence.parseWith policy text |> letters)

[<Theory>]
[<InlineData("MK>b", '>', 3)>]
[<InlineData("MK1", '1', 3)>]
[<InlineData("M-K", '-', 2)>]
[<InlineData("M K", ' ', 2)>]
[<InlineData("MK*", '*', 3)>]
[<InlineData("MK\000", '\000', 3)>]
[<InlineData("\uFEFFMK", '\uFEFF', 1)>]
let ``what may part two sequences is never read as X`` (text: string, symbol: char, position: int) =
    let policy =
        { Sequence.strict with
            UnknownAsX = true
        }

    Assert.Equal(
        Error(SequenceError.UnknownResidue(symbol, position)),
        Sequence.parseWith policy text |> letters
    )

[<Fact>]
let ``letters that were never trained are counted`` () =
    let counted = Sequence.parse "MXBXKU" |> Result.map Sequence.untrained
    Assert.Equal(Ok [ 'B', 1; 'U', 1; 'X', 2 ], counted)

[<Fact>]
let ``an error says what to do`` () =
    Assert.Equal(
        "'k' at position 2 is not a residue: write residues in upper case",
        (SequenceError.UnknownResidue('k', 2)).Message
    )

    Assert.Equal(
        "U+0007 at position 1 is not a residue: residues are the letters A to Z",
        (SequenceError.UnknownResidue('\a', 1)).Message
    )

    Assert.Equal(
        "'А' (U+0410) at position 3 is not a residue: it only looks like the letter A: type that instead",
        (SequenceError.UnknownResidue('\u0410', 3)).Message
    )

[<Fact>]
let ``any text is a sequence or an error that points into it`` () =
    let property (characters: char list) =
        let text = System.String(Array.ofList characters)

        match Sequence.parse text with
        | Ok sequence -> sequence.Letters = text
        | Error SequenceError.EmptySequence -> text = ""
        | Error(SequenceError.UnknownResidue(symbol, position)) -> text[position - 1] = symbol

    Check.QuickThrowOnFailure property
